"""Mailboxes and messages, for programs. Who may see a message is a matter of its case: see `cases.api`."""

from datetime import datetime

from ninja import Router, Schema

from ancora.conversations.models import Message
from ancora.conversations.queries import mailboxes_with_fetch
from ancora.platform.http.programs import PROBLEMS

router = Router(tags=["vocabulary"])


class MailboxOut(Schema):
    """A support address; `fetched_at`: when its mail was last fetched, `error`: why it cannot be at present."""

    id: int
    name: str
    address: str
    aliases: list[str]
    is_active: bool
    team: int | None
    seen_by_teams: list[int]
    fetched_at: datetime | None
    error: str


class AddressOut(Schema):
    """A mail address with the name written before it."""

    name: str
    address: str


class AttachmentOut(Schema):
    """A file of a message; its bytes are at `/attachments/{id}`. `mark`: what makes it dangerous to open (program,
    script, macro, page, archive_program, archive_locked, disguised), archive, or empty."""

    id: int
    filename: str
    content_type: str
    size: int
    is_inline: bool
    mark: str


class RecipientOut(Schema):
    """One address of a message we wrote, with what became of it there; `answer` is the receiving server's."""

    kind: str
    name: str
    address: str
    state: str
    answer: str


class OutgoingOut(Schema):
    """state: queued, sending, accepted, delivered, bounced, failed, or unknown (sent or not: nobody can say)."""

    state: str
    error: str
    recipients: list[RecipientOut]


class MessageOut(Schema):
    """One utterance. `direction`: in or out · `text`: all of it · `reply_text`: what was newly written · `html`: made
    safe · `rung`: how the conversation was found · `trust`: passed, failed or unknown, with codes of why in
    `trust_reasons`; empty for what we wrote · `spam`: who took it for spam (border, blocked) · `outgoing`: how a
    message of ours left."""

    id: int
    direction: str
    author: int | None
    sender: AddressOut
    to: list[AddressOut]
    cc: list[AddressOut]
    subject: str
    text: str
    reply_text: str
    html: str
    language: str
    auto: str
    rung: str
    warnings: list[str]
    trust: str
    trust_reasons: list[str]
    spam: str
    message_id: str
    sent_at: datetime | None
    recorded_at: datetime
    attachments: list[AttachmentOut]
    outgoing: OutgoingOut | None


@router.get("", response={200: list[MailboxOut], **PROBLEMS}, summary="The mailboxes you see")
def list_mailboxes(request):
    return [_mailbox(mailbox) for mailbox in mailboxes_with_fetch(request.user)]


def message_shown(message: Message) -> MessageOut:
    """A message as programs see it; constant in queries when its attachments and outgoing state are loaded."""
    outgoing = getattr(message, "outgoing", None)
    return MessageOut(
        **{name: getattr(message, name) for name in _PLAIN},
        author=message.author_id,
        sender=AddressOut(name=message.from_name, address=message.from_address),
        to=_addresses(message, "to"),
        cc=_addresses(message, "cc"),
        warnings=[str(warning) for warning in message.warnings],
        attachments=[AttachmentOut.from_orm(one) for one in message.attachments.all()],
        outgoing=OutgoingOut.from_orm(outgoing) if outgoing else None,
    )


_PLAIN = (
    "id", "direction", "subject", "text", "reply_text", "html", "language", "auto", "rung", "trust", "trust_reasons",
    "spam", "message_id", "sent_at", "recorded_at",
)  # fmt: skip


def _addresses(message: Message, kind: str) -> list[AddressOut]:
    return [AddressOut(name=name or "", address=address or "") for name, address in message.addresses.get(kind, [])]


def _mailbox(mailbox) -> MailboxOut:
    fetch = getattr(mailbox, "fetch", None)
    return MailboxOut(
        **{name: getattr(mailbox, name) for name in ("id", "name", "address", "aliases", "is_active")},
        team=mailbox.team_id,
        seen_by_teams=[team.pk for team in mailbox.teams.all()],
        fetched_at=fetch.succeeded_at if fetch else None,
        error=fetch.error if fetch else "",
    )
