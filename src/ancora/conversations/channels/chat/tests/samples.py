"""The chat as the contract suite tries it: a browser that writes, and that fetches what we write."""

import base64
import hashlib
import json
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from django.db import connection
from django.test import Client

from ancora.conversations.channels.chat.adapter import ADAPTER, Spoken
from ancora.conversations.channels.contract import FileLimits, Outbound, Posted
from ancora.conversations.chats.commands.blocking import block_visitors, unblock_visitors
from ancora.conversations.chats.tests.rooms import Browser, open_account, signed
from ancora.conversations.chats.ways import way_into
from ancora.conversations.commands import queue_reply
from ancora.conversations.models import ChannelAccount, ChatVisitor, Conversation, Mailbox, Message, Outgoing
from ancora.platform import clock

# From here on a server that writes a line hangs up: its session is ended in the middle of it.
HANG_UP = """
CREATE FUNCTION hang_up() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
CREATE TRIGGER hang_up BEFORE INSERT ON conversations_chatline FOR EACH ROW EXECUTE FUNCTION hang_up()
"""


class Page:
    """An open page of the visitor, before our own store."""

    def __init__(self) -> None:
        self.account = self.author = None

    @property
    def taken(self) -> list[str]:
        lines = Browser(self.account, token_for(self.account)).lines()
        return [one["text"] for one in lines if one["from"] == "agent"]

    @contextmanager
    def answering(self, manner: str):
        with {"later": self._held, "refused": self._blocked, "broken": self._hanging_up}[manner]():
            yield

    @contextmanager
    def _held(self):
        """Somebody else holds the chat."""
        with _beside() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT id FROM conversations_conversation FOR NO KEY UPDATE")
            yield
            cursor.execute("ROLLBACK")

    @contextmanager
    def _blocked(self):
        visitor = ChatVisitor.objects.get()
        block_visitors(visitor.conversation_id, author=self.author)
        yield
        unblock_visitors(visitor.conversation_id, author=self.author)

    @contextmanager
    def _hanging_up(self):
        with _beside() as cursor, ExitStack() as afterwards:
            cursor.execute(HANG_UP)
            afterwards.callback(cursor.execute, "DROP FUNCTION hang_up() CASCADE")
            yield


class ChatSamples:
    def account(self) -> ChannelAccount:
        return open_account(Mailbox.objects.get())

    def deliver(self, client: Client, account: ChannelAccount, *, text: str, key: str) -> int:
        """As the widget does: who is not known begins."""
        told = json.dumps({"client_key": str(uuid5(NAMESPACE_URL, key)), "text": text})
        status = self._post(client, account, told)
        return self._post(client, account, told, to="begin/") if status == 401 else status

    def forgeries(self, client: Client, account: ChannelAccount) -> dict[str, int]:
        told, soon = {"client_key": str(uuid5(NAMESPACE_URL, "f")), "text": "Hello"}, clock.now().timestamp() + 60
        named = {
            "another key": signed(sub="1", exp=soon, key="another"),
            "no algorithm": signed(sub="1", exp=soon, alg="none"),
            "late": signed(sub="1", exp=soon - 3600),
            "valid for ever": signed(sub="1", exp=soon + 10**6),
        }
        begun = {
            what: self._post(client, account, json.dumps({**told, "identity": identity}), to="begin/")
            for what, identity in named.items()
        }
        body, foreign = json.dumps(told), {"origin": "https://elsewhere.example"}
        return begun | {
            "a browser that is not known": self._post(client, account, body),
            "no token": self._post(client, account, body, to="begin/", authorization=""),
            "a guessed token": self._post(client, account, body, to="begin/", authorization="Bearer 1"),
            "another site": self._post(client, account, body, to="begin/", **foreign),
            "a door that keeps": self._post(client, account, body, base=f"/hooks/channel/{account.token}/"),
        }

    def riddle(self, client: Client, account: ChannelAccount) -> int:
        return self._post(client, account, '["telepathy"]')

    def raw(self) -> bytes:
        body = json.dumps({"client_key": str(uuid5(NAMESPACE_URL, "r")), "text": "Where is my lamp?"}).encode()
        headers = {"authorization": f"Bearer {'a' * 43}"}
        return ADAPTER.verify(Posted(headers, body), ChannelAccount(), datetime(2026, 5, 4, tzinfo=UTC)).raw

    def outbound(self, **changes) -> Outbound:
        at = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
        usual = Spoken(key="msg_1", to="chat-1", text="It is on its way.", author="Marco", written_at=at)
        return replace(usual, **{"last_heard_at": at, **changes})

    def tight(self):
        return replace(ADAPTER.capabilities(), most_characters=20, files=FileLimits(most=1, most_bytes=10))

    @contextmanager
    def peer(self):
        yield Page()

    def answer(self, peer: Page, account: ChannelAccount, author, text: str) -> Outgoing:
        peer.account, peer.author = account, author
        assert self.deliver(Client(), account, text="Where is my lamp?", key="asked") == 200
        conversation = Conversation.objects.get()
        way = way_into(conversation, Message.objects.get())
        return queue_reply(conversation, html=f"<p>{text}</p>", to=[], author=author, way=way).outgoing

    def _post(
        self, client: Client, account: ChannelAccount, body: str, *, to: str = "lines/", base: str = "", **headers: str
    ) -> int:
        known = {"authorization": f"Bearer {token_for(account)}"} | headers
        address = base or f"/chat/{account.token}/{to}"
        return client.post(address, body, content_type="application/json", headers=known).status_code


def token_for(account: ChannelAccount) -> str:
    """The token that this account's visitor has made."""
    return base64.urlsafe_b64encode(hashlib.sha256(account.token.encode()).digest()).rstrip(b"=").decode()


@contextmanager
def _beside():
    """A session of somebody else with the same database."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            yield cursor
    finally:
        other.close()


SAMPLES = ChatSamples()
