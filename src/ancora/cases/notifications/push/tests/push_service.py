"""A push service on loopback, and a browser that subscribed to it: checks who sends, and opens what was sealed."""

import contextlib
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from ancora.cases.notifications.push.commands import Subscription
from ancora.cases.notifications.push.encoding import from_base64, in_base64
from ancora.cases.notifications.push.sealing import point_of
from ancora.platform.http.outside import permitting


@dataclass
class Receiver:
    """What a browser keeps to itself: its private key and secret."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    def subscription(self, endpoint: str) -> Subscription:
        return Subscription(endpoint, in_base64(point_of(self.key)), in_base64(self.auth))

    def opened(self, body: bytes) -> bytes:
        """By RFC 8188 and 8291, written out with their own HMACs instead of the library that seals."""
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        point, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
        info = b"WebPush: info\x00" + point_of(self.key) + point
        secret = _mac(salt, _mac(_mac(self.auth, shared), info + b"\x01"))
        key = _mac(secret, b"Content-Encoding: aes128gcm\x00\x01")[:16]
        nonce = _mac(secret, b"Content-Encoding: nonce\x00\x01")[:12]
        content = AESGCM(key).decrypt(nonce, record, None)
        assert content[-1:] == b"\x02"
        return content[:-1]


@dataclass
class PushService:
    """`pushes`: headers and body of each that was taken or refused · `answers`: (status, headers) of the next ones, in
    order; 201 when there are none left."""

    place: str = ""
    pushes: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    def told(self, receiver: Receiver) -> list[dict]:
        """What the browser would show, in order."""
        return [json.loads(receiver.opened(body)) for _headers, body in self.pushes]


def signer(authorization: str, audience: str) -> str:
    """The public key of whoever signed, once the token is right in everything (RFC 8292)."""
    scheme, _, rest = authorization.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, claims, signature = parts["t"].split(".")
    raw, found = from_base64(signature), json.loads(from_base64(claims))
    assert (scheme, json.loads(from_base64(head))["alg"], len(raw)) == ("vapid", "ES256", 64)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64(parts["k"]))
    pair = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public.verify(pair, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    assert found["aud"] == audience
    assert time.time() < found["exp"] <= time.time() + 24 * 3600
    assert found.get("sub", "mailto:").startswith(("mailto:", "https://"))
    return parts["k"]


@contextlib.contextmanager
def push_service() -> Iterator[PushService]:
    """Listens until the block ends. It answers 403 to whoever does not sign right, 400 to what is not sealed."""
    service = PushService()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802
            headers = dict(self.headers.items())
            service.pushes.append((headers, self.rfile.read(int(headers["Content-Length"]))))
            status, more = service.answers.pop(0) if service.answers else (201, {})
            try:
                signer(headers.get("Authorization", ""), service.place)
            except (AssertionError, InvalidSignature, KeyError, ValueError):
                status = 403
            if headers.get("Content-Encoding") != "aes128gcm" or not headers.get("TTL", "").isdecimal():
                status = 400
            self.send_response(status)
            for name, value in {**more, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *arguments) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    service.place = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    with permitting("127.0.0.1"):
        yield service
    server.shutdown()
    server.server_close()


def _mac(key: bytes, content: bytes) -> bytes:
    mac = HMAC(key, SHA256())
    mac.update(content)
    return mac.finalize()
