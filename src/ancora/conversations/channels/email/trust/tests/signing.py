"""Mails with true signatures, and a DNS of our own that holds their keys."""

import functools

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ancora.conversations.channels.email.trust.key_lookup import KeyLookup

SELECTOR = b"one"


@functools.cache
def key_pair() -> tuple[bytes, bytes]:
    """(private key for signing, TXT record of the public one)."""
    import base64

    private = rsa.generate_private_key(65537, 1024)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


def signed(raw: bytes, domain: str, **options) -> bytes:
    """The mail with a signature of `domain` on top."""
    options.setdefault("include_headers", [b"from", b"to", b"subject", b"date", b"message-id"])
    return dkim.DKIM(raw).sign(SELECTOR, domain.encode(), key_pair()[0], **options) + raw


class Dns:
    """Answers from `records`; `silent` names nobody answers for. `asked` are the names that were looked up."""

    def __init__(self, *domains: str, silent: bool = False) -> None:
        self.records = {f"one._domainkey.{domain}": key_pair()[1] for domain in domains}
        self.silent, self.asked = silent, []

    def __call__(self, name: str) -> bytes | None:
        self.asked.append(name)
        if self.silent:
            raise TimeoutError("nobody answers")
        return self.records.get(name)

    def lookup(self) -> KeyLookup:
        return KeyLookup(ask=self)
