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
from django.db.models.query_utils import DeferredAttribute


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
    expected = sign(purpose, value, len(signature)).encode()
    return hmac.compare_digest(expected, signature.lower().encode("utf-8", "replace")) and len(signature) >= 16


class _Encrypted(str):
    """What the database holds of a secret, not yet read."""


class _Secret(DeferredAttribute):
    """Decrypts when the secret is asked for, so that a row can be shown, and typed anew, under another key."""

    def __get__(self, instance, cls=None):
        value = super().__get__(instance, cls)
        return decrypt(value) if isinstance(value, _Encrypted) else value

    def __set__(self, instance, value) -> None:
        instance.__dict__[self.field.attname] = value


class SecretField(models.TextField):
    """Text that is encrypted in the database and plain in Python; empty stays empty. Reading it raises `KeyChanged`
    when it was encrypted with another key; the rest of the row can still be read, saved and shown."""

    descriptor_class = _Secret

    def pre_save(self, model_instance, add):
        return model_instance.__dict__.get(self.attname, "")

    def get_prep_value(self, value):
        if isinstance(value, _Encrypted):
            return str(value)
        return encrypt(value) if value else ""

    def from_db_value(self, value, expression, connection):
        return _Encrypted(value) if value else ""


def _derive(key: str, purpose: str) -> bytes:
    return hashlib.blake2b(purpose.encode(), key=hashlib.sha256(key.encode()).digest()).digest()


@functools.lru_cache(maxsize=4)
def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derive(key, "secrets")[:32]))
