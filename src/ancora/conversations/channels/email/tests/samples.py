"""E-mail as the contract suite tries it: in by a provider that signs, out by SMTP."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from django.test import Client

from ancora.conversations.channels.contract import FileLimits
from ancora.conversations.channels.email.adapter import ADAPTER, Letter
from ancora.conversations.channels.email.draft import Draft
from ancora.conversations.channels.email.parsing import parse
from ancora.conversations.channels.email.tests.smtp_peer import HANG_UP, SmtpPeer, smtp_peer
from ancora.conversations.commands import start_conversation
from ancora.conversations.commands.hooks import save_hook
from ancora.conversations.models import InboundHook, Mailbox, Outgoing
from ancora.conversations.tests.hook_peers import PEERS
from ancora.conversations.tests.hook_peers.peer import PUBLIC, Post
from ancora.platform.events.actors import SYSTEM

MAIL = (
    b"From: Carla <carla@customer.example>\r\nTo: support@example.com\r\nMessage-ID: <%s@customer.example>\r\n"
    b"Date: Mon, 4 May 2026 09:30:00 +0000\r\nSubject: Lamp\r\n\r\n%s\r\n"
)
MAILGUN = PEERS["Mailgun"]
MANNERS = {"later": "451 4.3.0 not now", "refused": "554 5.7.1 not wanted", "broken": HANG_UP}


class MailServer:
    """An SMTP server whose next answer to a text can be chosen."""

    def __init__(self, smtp: SmtpPeer) -> None:
        self.smtp, self.port, self._manners = smtp, smtp.port, []
        smtp.answers["dot"] = lambda: self._manners.pop(0) if self._manners else "250 2.0.0 taken"

    @property
    def taken(self) -> list[str]:
        return [parse(raw).text for _recipients, raw in self.smtp.taken]

    @contextmanager
    def answering(self, manner: str):
        self._manners.append(MANNERS[manner])
        yield


class EmailSamples:
    def account(self) -> Mailbox:
        hook = InboundHook(provider="mailgun", name="Mailgun")
        save_hook(hook, typed=MAILGUN.fields, actor=SYSTEM)
        return Mailbox.objects.get()

    def deliver(self, client: Client, account: Mailbox, *, text: str, key: str) -> int:
        raw = MAIL % (key.encode(), text.encode())
        return self._post(client, MAILGUN.deliver(self._hook(), raw, account.address))

    def forgeries(self, client: Client, account: Mailbox) -> dict[str, int]:
        hook, raw = self._hook(), MAIL % (b"a", b"Hello")
        true = MAILGUN.deliver(hook, raw, account.address)
        late = MAILGUN.deliver(hook, raw, account.address, at=1_600_000_000)
        return {
            "another key": self._post(client, MAILGUN.wrongly_signed(true)),
            "late": self._post(client, late),
            "unsigned": self._post(client, replace(true, body=b"--xYzZY--\r\n")),
        }

    def riddle(self, client: Client, account: Mailbox) -> int:
        return self._post(client, MAILGUN.garbage(self._hook()))

    def raw(self) -> bytes:
        return MAIL % (b"a", b"Where is my lamp?")

    def outbound(self, **changes) -> Letter:
        at, text = datetime(2026, 5, 4, 9, 30, tzinfo=UTC), "It is on its way."
        draft = Draft(
            message_id="1042.a@example.com",
            date=at,
            from_=("Support", "support@example.com"),
            to=[("Carla", "carla@customer.example")],
            subject="Lamp",
            html=f"<p>{text}</p>",
            text=text,
        )
        usual = Letter(
            key=draft.message_id, to="carla@customer.example", text=text, written_at=at, last_heard_at=at, draft=draft
        )
        return replace(usual, **changes)

    def tight(self):
        return replace(ADAPTER.capabilities(), files=FileLimits(most=1, most_bytes=10))

    @contextmanager
    def peer(self):
        with smtp_peer() as smtp:
            yield MailServer(smtp)

    def answer(self, peer: MailServer, account: Mailbox, author, text: str) -> Outgoing:
        account.smtp_host, account.smtp_port, account.smtp_security = "127.0.0.1", peer.port, "none"
        account.save()
        to = [("Carla", "carla@customer.example")]
        return start_conversation(account, to=to, subject="Lamp", html=f"<p>{text}</p>", author=author).outgoing

    def _hook(self) -> InboundHook:
        return InboundHook.objects.get()

    def _post(self, client: Client, what: Post) -> int:
        headers = {"host": PUBLIC.removeprefix("https://"), **what.headers}
        address = MAILGUN.address(self._hook())
        return client.post(address, what.body, content_type=what.content_type, headers=headers, secure=True).status_code


SAMPLES = EmailSamples()
