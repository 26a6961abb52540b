"""What is posted, and how it is signed: values only."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancora.conversations.channels.contract import InboundMessage, InboundReceipt, Posted, Proof, Rejected, Unreadable
from ancora.conversations.channels.webhook import payload, signing
from ancora.conversations.channels.webhook.tests.peer import message, receipt

# As the libraries of Standard Webhooks test themselves with it.
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT = datetime.fromtimestamp(1_614_265_330, UTC)
BODY = b'{"test": 2432232314}'
SIGNED = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
DATES = st.datetimes().map(lambda moment: f"{moment.isoformat()}Z")
VALUES = st.none() | st.booleans() | st.integers() | st.text() | DATES | st.lists(st.text(), max_size=2)
FIELDS = ("type", "id", "thread", "from", "text", "subject", "files", "sent_at", "reply_to", "language", "automatic")
POSTS = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, VALUES)).map(lambda told: {**message(), **told})


def test_signature_is_that_of_the_published_example():
    assert signing.signed(KEY, SIGNED["webhook-id"], BODY, AT) == SIGNED
    assert signing.proved(Posted(SIGNED, BODY), KEY, AT) == SIGNED["webhook-id"]


def test_one_right_signature_of_several_is_enough_and_an_old_key_counts_while_it_is_there():
    several = {**SIGNED, "webhook-signature": f"v1a,xyz v1,AAAA {SIGNED['webhook-signature']}"}
    other = signing.new_key()
    assert signing.proved(Posted(several, BODY), f"{other} {KEY}", AT + timedelta(minutes=4))
    with pytest.raises(Rejected, match="signature is wrong"):
        signing.proved(Posted(several, BODY), other, AT)
    with pytest.raises(Rejected, match="plain ASCII"):
        signing.proved(Posted({**SIGNED, "webhook-id": "é"}, BODY), KEY, AT)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (b"\xff", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no JSON object"),
        ({"type": "typing"}, "neither message nor receipt"),
        (message(text="  "), "neither “text” nor “files”"),
        (message(text=7), "“text” is no text"),
        (message(text="x" * 500_001), "longer than 500000"),
        (message(id=" "), "“id” is missing"),
        (message(thread="t" * 201), "longer than 200"),
        (message(**{"from": "Carla"}), "“from” is no object"),
        (message(sent_at="2026-05-04T09:30:00"), "with its zone"),
        (message(files=[{"name": "a", "content": "%"}]), "no base64"),
        (message(files=[{"name": "a", "content": ""}] * 21), "more than 20 files"),
        (message(text="\ud800"), "half a character"),
        (receipt("msg_1", "burnt"), "“status” is not"),
        (receipt("", "read"), "“message” is missing"),
    ],
)
def test_what_is_wrong_is_said_by_name(told, words):
    raw = told if isinstance(told, bytes) else json.dumps(told).encode()
    with pytest.raises(Unreadable, match=words):
        payload.read_posted(raw, trusts_addresses=False)


@given(POSTS)
def test_whatever_is_posted_is_understood_or_refused(told):
    try:
        found = payload.read_posted(json.dumps(told).encode(), trusts_addresses=True)
    except Unreadable:
        return
    assert isinstance(found, InboundMessage | InboundReceipt)


def test_a_message_comes_out_as_it_was_meant():
    files = [{"name": "lamp.txt", "type": "text/plain", "content": "bGFtcA=="}]
    told = message(id="m-1", text="Ciao\0", language="it-IT", sent_at="2026-05-04T09:30:00Z", files=files, new=1)
    told["from"] |= {"email": "carla@customer.example", "email_verified": True}
    found, believed = (payload.read_posted(json.dumps(told).encode(), trusts_addresses=one) for one in (False, True))
    assert (found.text, found.language, found.sent_at) == ("Ciao", "it", datetime(2026, 5, 4, 9, 30, tzinfo=UTC))
    assert (found.files[0].filename, found.files[0].content) == ("lamp.txt", b"lamp")
    assert (found.writer.kind, found.writer.value, found.writer.proof) == ("external", "u-5", Proof.WEAK)
    assert (believed.writer.value, believed.writer.proof) == ("carla@customer.example", Proof.STRONG)
    assert believed.writer.address == "u-5"
