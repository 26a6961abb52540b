"""The chat of a website, said in the words of the contract."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.conversations.channels.chat.limits import CAPABILITIES
from ancora.conversations.channels.chat.posted import Fields, Garbled, Introduction, PostedLine, Seen, token_shown
from ancora.conversations.channels.contract import (
    Capabilities,
    Handover,
    InboundMessage,
    InboundReceipt,
    Outbound,
    Posted,
    Proof,
    Proved,
    ReceiptKind,
    SendResult,
    Writer,
    check,
)
from ancora.conversations.chats.keys import keys_of
from ancora.conversations.chats.signed import SignedPerson, person_of
from ancora.conversations.chats.visitors import NoVisitor, digest_of, is_token
from ancora.conversations.chats.words import Said, SaidFile, written
from ancora.conversations.identity import message_key
from ancora.conversations.models import ChannelAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken(Outbound):
    """A line whose files lie here already: `kept` says how they are opened."""

    kept: tuple[SaidFile, ...] = ()


class ChatAdapter:
    kind = "chat"
    name = gettext_lazy("Chat")
    # Its accounts are made where the looks of a chat are.
    settings_form = ""

    def capabilities(self, account: ChannelAccount | None = None) -> Capabilities:
        return CAPABILITIES

    def verify(self, posted: Posted, account: ChannelAccount, now: datetime) -> Proved:
        """A browser is proved by the token that it made, whatever visitor that is; who is signed in at the website, by
        the signature. What is to be read is who it is on the first line, then the body as it came. Of the account only
        the key is looked at, and only where something is signed."""
        token = token_shown(posted.headers.get("authorization", ""))
        if not is_token(token):
            raise NoVisitor(_("The browser did not say who it is. Load the page again."))
        identity, key = _said_in(posted.body)
        person = person_of(identity, *keys_of(account, now=now).believed, now=now) if identity else None
        who = {"visitor": digest_of(token), "person": asdict(person) if person else None}
        raw = json.dumps(who).encode() + b"\n" + posted.body
        return Proved(key or hashlib.blake2b(raw, digest_size=16).hexdigest(), raw)

    def parse(self, raw: bytes, account: ChannelAccount) -> InboundMessage | InboundReceipt:
        head, _newline, body = raw.partition(b"\n")
        who, fields = json.loads(head), Fields(body)
        if "client_key" in fields:
            person = SignedPerson(**who["person"]) if who["person"] else None
            return _line(who["visitor"], person, fields, account)
        if "delivered" in fields or "read" in fields:
            return _seen(fields)
        raise Garbled(_("The browser did not say which line this is. Load the page again."))

    def render(self, outbound: Outbound, capabilities: Capabilities) -> bytes:
        """The line as it stands in the stream and in what is fetched. Its number is given when it is filed, and how its
        files are opened, where they are not kept yet."""
        check(outbound, capabilities)
        kept = outbound.kept if isinstance(outbound, Spoken) else ()
        at, key = outbound.written_at, key_of_line(outbound.key)
        return written(Said(0, "out", self.kind, outbound.author, outbound.text, at, key, kept))

    def send(self, account: ChannelAccount, handover: Handover) -> SendResult:
        """The other side is our own store and the pages that listen to it, so an attempt is one transaction. Accepted
        means: the line has its number, is committed, and was told to every page of the visitor that is open; one that
        is not fetches it, and what no page shows goes by mail. That anybody has seen it, only a receipt says."""
        from ancora.conversations.channels.chat.sending import hand_over

        return hand_over(account, handover)


def key_of_line(key: str) -> UUID:
    """The client key of a line of ours: the key of the form that wrote it, else a digest of what was queued."""
    try:
        return UUID(key)
    except ValueError:
        return message_key(key)


def _said_in(body: bytes) -> tuple[str, str]:
    """The identity and the key in a body; nothing of one that `parse` will not understand."""
    try:
        fields = Fields(body)
    except Garbled:
        return "", ""
    return fields.text("identity"), fields.text("client_key")


def _line(visitor: str, person: SignedPerson | None, fields: Fields, account: ChannelAccount) -> PostedLine:
    names = ("name", "email", "language")
    said = Introduction(*(fields.text(name) for name in names), person)
    if person is None:
        writer = Writer("browser", visitor[:32], said.name, Proof.NONE)
    else:
        writer = Writer("user", f"{account.pk}:{person.user_id}", person.name or said.name, Proof.STRONG)
    key = fields.client_key
    return PostedLine(
        key=str(key),
        thread_key=visitor,
        writer=writer,
        text=fields.text("text"),
        language=said.language,
        client_key=key,
        introduction=said,
    )


def _seen(fields: Fields) -> Seen:
    delivered, read = fields.number("delivered"), fields.number("read")
    kind = ReceiptKind.READ if read >= delivered else ReceiptKind.DELIVERED
    return Seen(key=str(max(delivered, read)), kind=kind, delivered=delivered, read=read)


ADAPTER = ChatAdapter()
