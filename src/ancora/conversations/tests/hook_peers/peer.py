"""Mail providers as their public documentation describes what they post; signed at the time of the test.

Each peer says what it proves (`signs_body`, `has_time`), what it gives (`gives_raw`), and whether its reports name
our Message-ID.
"""

import datetime
import hashlib
import hmac
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

PUBLIC = "https://help.example.com"
BOUNDARY = "xYzZY"
SECRET = "a secret of the tests"


@dataclass(frozen=True)
class Post:
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@cache
def rsa_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def ec_key():
    return ec.generate_private_key(ec.SECP256R1())


def bare(public) -> str:
    """A public key as providers show it for copying."""
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    return "".join(pem.splitlines()[1:-1])


def now() -> float:
    return datetime.datetime.now(datetime.UTC).timestamp()


def hmac_hex(content: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def multipart(fields: dict, files: dict | None = None) -> tuple[bytes, str]:
    body = b""
    for name, value in fields.items():
        value = value if isinstance(value, bytes) else str(value).encode()
        body += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
    for name, (filename, kind, content) in (files or {}).items():
        body += (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        ).encode() + content
        body += b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={BOUNDARY}"


class Taken:
    """A mail taken apart, as providers do it."""

    def __init__(self, raw: bytes) -> None:
        self.mail = message_from_bytes(raw, policy=policy.default)
        self.headers = [(name, str(value)) for name, value in self.mail.items()]
        bodies = {kind: self.mail.get_body((kind,)) for kind in ("plain", "html")}
        self.text, self.html = (body.get_content() if body else "" for body in bodies.values())
        self.files = [
            (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
            for part in self.mail.iter_attachments()
        ]

    def grouped(self) -> dict:
        """Headers by name; what comes several times is a list."""
        found: dict = {}
        for name, value in self.headers:
            found[name] = (
                [*([found[name]] if isinstance(found[name], str) else found[name]), value] if name in found else value
            )
        return found


class Peer:
    provider = ""
    fields: dict = {}
    is_signed, signs_body, has_time, gives_raw, names_our_message = True, True, False, True, False

    def address(self, hook) -> str:
        return f"/hooks/mail/{hook.token}/"

    def deliver(self, hook, raw: bytes, recipient: str, *, sender="carla@customer.example", at=None) -> Post:
        raise NotImplementedError

    def report(self, hook, kind: str, message_id: str, recipient: str, *, at=None) -> Post:
        raise NotImplementedError

    def garbage(self, hook) -> Post:
        """Signed as it should be, and not what it should be."""
        raise NotImplementedError

    def wrongly_signed(self, post: Post) -> Post:
        """By somebody who has another key."""
        return replace(post, headers={name: _other(value) for name, value in post.headers.items()})


def _other(signature: str) -> str:
    return signature[:-6] + ("aaaaa=" if signature.endswith("=") else "aaaaaa")
