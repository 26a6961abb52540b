"""Mailboxes and messages, for programs. Who may see a message is a matter of its case: see `cases.api`."""

from datetime import datetime
from typing import Literal

from ninja import Path, Router, Schema

from ancora.conversations import mailbox_state
from ancora.conversations.chats.hiding import HIDDEN
from ancora.conversations.commands.pausing import pause, resume
from ancora.conversations.identities import identities_of
from ancora.conversations.models import Message
from ancora.conversations.queries import mailbox_for, mailbox_seen_by, mailboxes_with_fetch
from ancora.platform.http.programs import PROBLEMS, Id

router = Router(tags=["vocabulary"])


class AddressOut(Schema):
    """A mail address with the name written before it."""

    name: str
    address: str


class MailboxOut(Schema):
    """A support address; `identities`: as whom it can write · `fetched_at`: when its mail was last fetched, `error`:
    why it cannot be at present."""

    id: int
    name: str
    address: str
    aliases: list[str]
    identities: list[AddressOut]
    is_active: bool
    team: int | None
    seen_by_teams: list[int]
    fetched_at: datetime | None
    error: str


class CountOut(Schema):
    """Arrivals of one outcome: today, and within seven days."""

    outcome: str
    today: int
    week: int


class MailboxStateOut(MailboxOut):
    """How a mailbox is. `state`: off, nothing, unconnected, consent, paused, trouble, new, late, importing or works ·
    `behind`: about how many mails the server had that were not looked at · `to_be_read`: stored, not yet read ·
    `imported`, `to_import`: of about so many old mails, null when none is being imported · `waiting`: messages that
    wait to leave."""

    state: str
    sending_state: str
    fetching_paused_at: datetime | None
    sending_paused_at: datetime | None
    behind: int
    to_be_read: int
    quarantined: int
    imported: int | None
    to_import: int | None
    waiting: int
    counts: list[CountOut]


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
    """state: queued, sending, accepted, delivered, bounced, failed, or unknown (sent or not: nobody can say) ·
    `waits_for`: what a queued one waits for: moment (when it is to be sent), turn, earlier, mailbox, server or
    recipient · `purpose`: reply, new, forward or acknowledgement · `forwards`: id of the message that is passed on."""

    state: str
    purpose: str
    forwards: int | None
    waits_for: str
    error: str
    recipients: list[RecipientOut]


class InvitationOut(Schema):
    """A meeting a mail is about. `method`: request, cancel, reply, counter or publish · `start`, `end`: dates for whole
    days (`end`: the last one), else moments, without a zone when the reader's own is meant · `answer`: of a reply."""

    method: str
    summary: str
    start: str | None
    end: str | None
    all_day: bool
    place: str
    organiser: AddressOut | None
    status: str | None
    answer: str | None
    repeats: bool


class SecurityOut(Schema):
    """state: signed or encrypted · by: smime or pgp · signature: fits, broken or unchecked; `fits` says that the words
    belong to the certificate that came along, which nobody checked · signer: the address in it · whole: all of it."""

    state: str
    by: str
    signature: str | None
    signer: str | None
    signer_name: str
    whole: bool


class MessageOut(Schema):
    """One utterance. `direction`: in or out · `channel`: by which it came or went · `text`: all of it · `reply_text`:
    what was newly written · `signature`, `disclaimer`: what stands below · `html`: made safe · `kind`: what an
    automatic mail is · `rung`: how the conversation was found · `trust`: passed, failed or unknown, with codes of why
    in `trust_reasons`; empty for what we wrote · `spam`: who took it for spam (border, blocked) · `hidden`:
    kinds of numbers that were covered in it (card, iban, tax) · `outgoing`: how a message of ours left."""

    id: int
    direction: str
    channel: str
    author: int | None
    sender: AddressOut
    to: list[AddressOut]
    cc: list[AddressOut]
    subject: str
    text: str
    reply_text: str
    signature: str
    disclaimer: str
    html: str
    language: str
    auto: str
    kind: str
    invitation: InvitationOut | None
    security: SecurityOut | None
    rung: str
    warnings: list[str]
    trust: str
    trust_reasons: list[str]
    spam: str
    hidden: list[str]
    message_id: str
    sent_at: datetime | None
    recorded_at: datetime
    attachments: list[AttachmentOut]
    outgoing: OutgoingOut | None


@router.get("", response={200: list[MailboxOut], **PROBLEMS}, summary="The mailboxes you see")
def list_mailboxes(request):
    return [_mailbox(mailbox) for mailbox in mailboxes_with_fetch(request.user)]


@router.get("/{pk}", response={200: MailboxStateOut, **PROBLEMS}, summary="How one mailbox is; for leads")
def get_mailbox(request, pk: Path[Id]):
    return _state(mailbox_seen_by(request.user, pk))


What = Literal["fetching", "sending"]


@router.put("/{pk}/pauses/{what}", response={200: MailboxStateOut, **PROBLEMS}, summary="Pause fetching or sending")
def pause_mailbox(request, pk: Path[Id], what: Path[What]):
    """For administrators. What waits is kept; a second time changes nothing."""
    pause(mailbox_for(request.user, pk), what, person=request.user)
    return _state(mailbox_seen_by(request.user, pk))


@router.delete("/{pk}/pauses/{what}", response={200: MailboxStateOut, **PROBLEMS}, summary="Let it go on")
def resume_mailbox(request, pk: Path[Id], what: Path[What]):
    """For administrators. What waited to be sent leaves at once."""
    resume(mailbox_for(request.user, pk), what, person=request.user)
    return _state(mailbox_seen_by(request.user, pk))


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
        **{name: message.enclosed.get(name, "") for name in ("disclaimer", "kind")},
        **{name: message.enclosed.get(name) for name in ("invitation", "security")},
        hidden=list(message.enclosed.get(HIDDEN, ())),
        outgoing=_outgoing(outgoing) if outgoing else None,
    )


def _outgoing(outgoing) -> OutgoingOut:
    return OutgoingOut(
        **{name: getattr(outgoing, name) for name in ("state", "purpose", "waits_for", "error")},
        forwards=outgoing.forwards_id,
        recipients=[RecipientOut.from_orm(one) for one in outgoing.recipients.all()],
    )


_PLAIN = (
    "id", "direction", "channel", "subject", "text", "reply_text", "signature", "html", "language", "auto", "rung",
    "trust", "trust_reasons", "spam", "message_id", "sent_at", "recorded_at",
)  # fmt: skip


def _addresses(message: Message, kind: str) -> list[AddressOut]:
    return [AddressOut(name=name or "", address=address or "") for name, address in message.addresses.get(kind, [])]


def _mailbox(mailbox) -> MailboxOut:
    fetch = getattr(mailbox, "fetch", None)
    return MailboxOut(
        **{name: getattr(mailbox, name) for name in ("id", "name", "address", "aliases", "is_active")},
        identities=[AddressOut(name=one.name, address=one.address) for one in identities_of(mailbox)],
        team=mailbox.team_id,
        seen_by_teams=[team.pk for team in mailbox.teams.all()],
        fetched_at=fetch.succeeded_at if fetch else None,
        error=fetch.error if fetch else "",
    )


def _state(mailbox) -> MailboxStateOut:
    waiting, count = mailbox_state.outbox_of(mailbox)
    progress = mailbox_state.progress_of(mailbox)
    return MailboxStateOut(
        **_mailbox(mailbox).dict(),
        state=mailbox_state.state_of(mailbox),
        sending_state=mailbox_state.sending_state_of(mailbox, waiting),
        fetching_paused_at=mailbox.fetching_paused_at,
        sending_paused_at=mailbox.sending_paused_at,
        behind=mailbox_state.behind_of(mailbox),
        to_be_read=mailbox_state.backlog_of(mailbox).count,
        quarantined=mailbox_state.quarantined_of(mailbox),
        imported=progress.done if progress else None,
        to_import=progress.total if progress else None,
        waiting=count,
        counts=[
            CountOut(outcome=one.outcome, today=one.today, week=one.week) for one in mailbox_state.counts_of(mailbox)
        ],
    )
