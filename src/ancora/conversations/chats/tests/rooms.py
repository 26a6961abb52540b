"""A chat of a website, visitors with a browser each, and what they ask of us over HTTP."""

import base64
import hmac
import json
import secrets
from uuid import uuid4

from django.db import connection
from django.test import Client

from ancora.conversations.chats.visitors import digest_of
from ancora.conversations.models import ChannelAccount, Mailbox

SECRET = "the key that only the website and we know"


def open_account(mailbox: Mailbox, *, name: str = "Shop", **settings) -> ChannelAccount:
    """A chat that belongs to this mailbox; `token` is in its address."""
    token = secrets.token_urlsafe(16)
    return ChannelAccount.objects.create(
        kind="chat",
        name=name,
        mailbox=mailbox,
        token=token,
        token_digest=digest_of(token),
        secret=SECRET,
        settings=settings,
    )


def signed(*, key: str = SECRET, alg: str = "HS256", **claims) -> str:
    """What the website says of its visitor, as any JWT library makes it."""
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": alg, "typ": "JWT"}, claims)
    ]
    mac = hmac.digest(key.encode(), ".".join(parts).encode(), "sha256")
    return ".".join([*parts, base64.urlsafe_b64encode(mac).rstrip(b"=").decode()])


def rows_of(sql: str) -> list:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


class Browser:
    """A visitor's browser: it made its token itself."""

    def __init__(self, account: ChannelAccount, token: str | None = None, **headers):
        self.token = secrets.token_urlsafe(32) if token is None else token
        self._base, self._client = f"/chat/{account.token}/", Client(headers=headers)

    def begin(self, text: str = "It leaks again", *, client_key=None, **words):
        return self.post("begin/", text=text, client_key=str(client_key or uuid4()), **words)

    def write(self, text: str, *, client_key=None):
        return self.post("lines/", text=text, client_key=str(client_key or uuid4()))

    def send_files(self, *files, text: str = ""):
        return self._send("lines/", files, text=text)

    def begin_with_files(self, *files, **words):
        return self._send("begin/", files, **words)

    def _send(self, what: str, files, **words):
        body = {"client_key": str(uuid4()), "files": files, **words}
        return self._client.post(self._base + what, body, headers=self._headers)

    def lines(self, since: int = 0) -> list[dict]:
        return self.get(f"lines/?since={since}").json()["lines"]

    def post(self, what: str, **body):
        return self._client.post(
            self._base + what, json.dumps(body), content_type="application/json", headers=self._headers
        )

    def get(self, what: str):
        return self._client.get(self._base + what, headers=self._headers)

    @property
    def _headers(self) -> dict:
        return {"Authorization": f"Bearer {self.token}"}
