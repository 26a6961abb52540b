"""Seals a push for one browser: RFC 8291 over the one record of RFC 8188. The push service reads nothing of it."""

import os

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
# What every push service takes (RFC 8030, 7.2) is 4096 bytes; header, tag and end take 103 of them.
MOST_BYTES = 3993
_RECORD_BYTES = 4096
# The last record of a message ends so (RFC 8188, 2).
_END = b"\x02"


def sealed(
    content: bytes,
    *,
    p256dh: bytes,
    auth: bytes,
    own: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of a push in `aes128gcm` for the browser with this point and secret; ValueError when the point is none
    of the curve or the content too long. `own` and `salt` are made anew for each, unless a test brings them."""
    if len(content) > MOST_BYTES:
        raise ValueError("too long for one push")
    own, salt = own or ec.generate_private_key(CURVE), salt or os.urandom(16)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, p256dh)
    shared, point = own.exchange(ec.ECDH(), theirs), point_of(own)
    secret = _derived(shared, auth, b"WebPush: info\x00" + p256dh + point, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\x00", 12)
    header = salt + _RECORD_BYTES.to_bytes(4) + len(point).to_bytes(1) + point
    return header + AESGCM(key).encrypt(nonce, content + _END, None)


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half of a key, as 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(secret: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, purpose).derive(secret)
