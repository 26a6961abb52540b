"""Says to push services who sends (VAPID, RFC 8292)."""

import json
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.db import transaction

from ancora.cases.notifications.push.encoding import from_base64, in_base64
from ancora.cases.notifications.push.models import PushBrowser, PushKeys
from ancora.cases.notifications.push.sealing import CURVE, point_of
from ancora.conversations.queries import own_addresses
from ancora.platform import clock
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.keys import KeyChanged

# At most a day is allowed.
_LASTS = timedelta(hours=12)


@transaction.atomic
def public_key() -> str:
    """What browsers are shown when they are asked to take our pushes: the pair is made at first need. One that the key
    of this installation no longer opens is made anew, and the browsers that know only the old one are forgotten."""
    kept = _kept() or _made()
    try:
        _private(kept)
    except KeyChanged:
        PushBrowser.objects.all().delete()
        kept.delete()
        kept = _made()
    return kept.public


def authorization(endpoint: str, now: datetime) -> str:
    """The header for a push to this endpoint; `KeyChanged` when our private key cannot be read."""
    kept = _kept() or _made()
    claims = {"aud": origin_of(endpoint), "exp": int((now + _LASTS).timestamp()), **_whom_to_ask()}
    return f"vapid t={_token(_private(kept), claims)}, k={kept.public}"


def origin_of(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"


def _kept() -> PushKeys | None:
    return PushKeys.objects.filter(id=1).first()


def _made() -> PushKeys:
    key = ec.generate_private_key(CURVE)
    private = key.private_numbers().private_value.to_bytes(32)
    fresh = {"private": in_base64(private), "public": in_base64(point_of(key)), "created_at": clock.now()}
    # Whoever made it in the same instant was first.
    return PushKeys.objects.get_or_create(id=1, defaults=fresh)[0]


def _private(kept: PushKeys) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_base64(kept.private)), CURVE)


def _whom_to_ask() -> dict[str, str]:
    """Where a push service finds us when our pushes trouble it; one of them refuses what cannot be reached."""
    public = current_organisation().public_address
    if public.startswith("https://"):
        return {"sub": public}
    address = min(own_addresses(), default="")
    return {"sub": f"mailto:{address}"} if address else {}


def _token(key: ec.EllipticCurvePrivateKey, claims: dict) -> str:
    parts = [in_base64(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims)]
    r, s = decode_dss_signature(key.sign(".".join(parts).encode(), ec.ECDSA(SHA256())))
    return ".".join([*parts, in_base64(r.to_bytes(32) + s.to_bytes(32))])
