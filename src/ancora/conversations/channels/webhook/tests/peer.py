"""The program on the other side of a webhook channel: signs what it posts, and checks what it gets, with code of its
own."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

from django.test import Client

from ancora.conversations.models import ChannelAccount
from ancora.platform import clock
from ancora.platform.http.outside import permitting
from ancora.testing.threads import serve

STATUS = {"later": 503, "refused": 422}


def message(**fields) -> dict:
    """What is posted when a customer writes."""
    told = {"type": "message", "id": f"m-{uuid4().hex}", "thread": "t-1", "from": {"id": "u-5", "name": "Carla Riva"}}
    return {**told, "text": "Where is my lamp?", **fields}


def receipt(key: str, status: str, **fields) -> dict:
    return {"type": "receipt", "message": key, "status": status, **fields}


def signature(key: str, identity: str, seconds: int, body: bytes) -> str:
    secret = base64.b64decode(key.removeprefix("whsec_"))
    return base64.b64encode(
        hmac.new(secret, f"{identity}.{seconds}.".encode() + body, hashlib.sha256).digest()
    ).decode()


def headers_of(key: str, body: bytes, *, identity: str = "", at: float | None = None) -> dict[str, str]:
    """With which the program posts a body."""
    identity, seconds = identity or uuid4().hex, int(at if at is not None else clock.now().timestamp())
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{signature(key, identity, seconds, body)}",
    }


def post(
    client: Client,
    account: ChannelAccount,
    told: dict | bytes,
    *,
    identity: str = "",
    key: str = "",
    at: float | None = None,
    **headers: str,
) -> int:
    """As the program posts it; the HTTP status. `headers` are put in place of the right ones; an empty one is left
    out."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    right = headers_of(key or account.secret.split()[0], body, identity=identity, at=at)
    given = right | {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {name: value for name, value in given.items() if value}
    address = f"/hooks/channel/{account.token}/"
    return client.post(address, body, content_type="application/json", headers=sent).status_code


class Program:
    """A server that takes our answers. `got`: what was posted, by its key; `posts`: (headers, body) of all attempts."""

    def __init__(self, account: ChannelAccount | None = None) -> None:
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.got: dict[str, dict] = {}
        self.manners: list[str] = []
        self.keys = account.secret.split() if account else []
        self.headers: dict[str, str] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _answering(self))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/answers"

    @property
    def taken(self) -> list[str]:
        return [one["text"] for one in self.got.values()]

    def answer_next(self, manner: str) -> None:
        self.manners.append(manner)

    @contextmanager
    def answering(self, manner: str) -> Iterator[None]:
        self.answer_next(manner)
        yield

    def take(self, headers: dict[str, str], body: bytes) -> None:
        """Once for each key; a wrong signature is an error of the test."""
        identity, seconds = headers["webhook-id"], int(headers["webhook-timestamp"])
        expected = {f"v1,{signature(key, identity, seconds, body)}" for key in self.keys}
        assert headers["webhook-signature"] in expected
        self.got.setdefault(identity, json.loads(body))


@contextmanager
def program(account: ChannelAccount | None = None) -> Iterator[Program]:
    """The program, listening; its address may be reached although it is on loopback."""
    found = Program(account)
    serve(found.server)
    try:
        with permitting("127.0.0.1"):
            yield found
    finally:
        found.server.shutdown()
        found.server.server_close()


def _answering(program: Program) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers["content-length"]))
            program.posts.append((headers, body))
            manner = program.manners.pop(0) if program.manners else "fine"
            if manner in ("fine", "broken"):
                program.take(headers, body)
            if manner == "broken":
                self.close_connection = True
                return
            self.send_response(STATUS.get(manner) or (200 if manner == "fine" else int(manner)))
            for name, value in program.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments) -> None:
            pass

    return Answering
