"""Encryption and signatures from the key that lives outside the database (`home/key` or ANCORA_KEY).

Without that key the secrets in a backup cannot be read; `ancora backup` says where it is.
"""

import base64
import functools
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models


class KeyChanged(Exception):
    """A secret was encrypted with another key; put the old key back or type the secret anew."""


def encrypt(text: str) -> str:
    return _fernet(settings.SECRET_KEY).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text behind a token of `encrypt`; `KeyChanged` when this installation's key is another."""
    try:
        return _fernet(settings.SECRET_KEY).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise KeyChanged("A stored secret was encrypted with another key.") from error


def sign(purpose: str, value: str, length: int = 16) -> str:
    """A short HMAC-SHA256 in lower-case base32 that survives mail programs which fold case."""
    mac = hmac.digest(_derive(settings.SECRET_KEY, purpose), value.encode(), "sha256")
    return base64.b32encode(mac).decode().lower()[:length]


def is_signed(purpose: str, value: str, signature: str) -> bool:
    return hmac.compare_digest(sign(purpose, value, len(signature)), signature.lower()) and len(signature) >= 16


class SecretField(models.TextField):
    """Text that is encrypted in the database and plain in Python; empty stays empty."""

    def get_prep_value(self, value):
        return encrypt(value) if value else ""

    def from_db_value(self, value, expression, connection):
        return decrypt(value) if value else ""


def _derive(key: str, purpose: str) -> bytes:
    return hashlib.blake2b(purpose.encode(), key=hashlib.sha256(key.encode()).digest()).digest()


@functools.lru_cache(maxsize=4)
def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derive(key, "secrets")[:32]))
