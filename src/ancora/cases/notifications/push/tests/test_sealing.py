"""What is sealed is opened by the browser alone."""

import os

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec

from ancora.cases.notifications.push.encoding import from_base64, in_base64
from ancora.cases.notifications.push.sealing import CURVE, MOST_BYTES, point_of, sealed
from ancora.cases.notifications.push.tests.push_service import Receiver


def key_of(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_base64(text)), CURVE)


def test_example_of_rfc_8291():
    """Section 5 and appendix A."""
    receiver = Receiver(key_of("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), from_base64("BTBZMqHH6r4Tts7J_aSIgg"))
    body = sealed(
        b"When I grow up, I want to be a watermelon",
        p256dh=point_of(receiver.key),
        auth=receiver.auth,
        own=key_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=from_base64("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert in_base64(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
        "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_only_the_receiver_opens_it_and_no_two_are_alike():
    receiver, other = Receiver(), Receiver()
    for content in (b"", "Grüße".encode(), os.urandom(MOST_BYTES)):
        one, two = (sealed(content, p256dh=point_of(receiver.key), auth=receiver.auth) for _ in range(2))
        assert one != two
        assert len(one) <= 4096
        assert (receiver.opened(one), receiver.opened(two)) == (content, content)
        with pytest.raises(InvalidTag):
            other.opened(one)


def test_what_cannot_be_sealed_is_refused():
    receiver = Receiver()
    with pytest.raises(ValueError):
        sealed(b"x", p256dh=b"\x04" + bytes(64), auth=receiver.auth)
    with pytest.raises(ValueError):
        sealed(bytes(MOST_BYTES + 1), p256dh=point_of(receiver.key), auth=receiver.auth)
