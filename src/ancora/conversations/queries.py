"""Reads of conversations."""

import time
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404

from ancora.conversations.models import Arrival, ArrivalState, Mailbox, Message, Place, Provider, ProviderKind

EXCERPT = 160
SECRETS = ("imap_password", "smtp_password")
SECRETS_OF_GRANT = ("grant__refresh_token", "grant__access_token")


@dataclass(frozen=True, slots=True)
class Head:
    """What a case repeats of a message."""

    reference: int
    customer_id: int
    subject: str
    excerpt: str
    team_id: int | None
    channel: str


def head_of(message_id: int, conversation_id: int) -> Head:
    """Reference and subject of a conversation with the beginning of one of its messages, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.reference, c.customer_id, c.subject, left(coalesce(nullif(m.reply_text, ''), m.text), 400),"
            " b.team_id, c.channel FROM conversations_conversation c"
            " JOIN conversations_message m ON m.id = %s"
            " LEFT JOIN conversations_mailbox b ON b.id = c.mailbox_id WHERE c.id = %s",
            [message_id, conversation_id],
        )
        reference, customer_id, subject, text, team_id, channel = cursor.fetchone()
    return Head(reference, customer_id, subject, excerpt_of(text), team_id, channel)


def excerpt_of(text: str) -> str:
    """The first words of a text on one line."""
    return " ".join(text.split())[:EXCERPT]


# Mailboxes change rarely and every mail asks; each process looks again after this long.
_FRESH_SECONDS = 5.0
_own: tuple[float, frozenset[str]] | None = None


def own_addresses() -> frozenset[str]:
    """All addresses of all mailboxes, lower case, as of at most five seconds ago."""
    global _own
    if _own is None or time.monotonic() - _own[0] > _FRESH_SECONDS:
        found = Mailbox.objects.values_list("address", "aliases")
        every = frozenset(one.lower() for address, aliases in found for one in (address, *aliases))
        _own = (time.monotonic(), every)
    return _own[1]


def forget_addresses() -> None:
    """Called by whoever changes a mailbox, so that this process sees it at once."""
    global _own
    _own = None


def mailboxes(viewer) -> QuerySet[Mailbox]:
    """The mailboxes `viewer` sees: those of everybody and those of the viewer's teams; administrators see all."""
    found = Mailbox.objects.order_by("name", "id")
    if hidden := hidden_mailbox_ids(viewer):
        found = found.exclude(pk__in=hidden)
    return found


def hidden_mailbox_ids(viewer) -> list[int]:
    """Ids of the mailboxes that only other teams see; administrators see all."""
    if viewer.is_administrator:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mailbox_id FROM conversations_mailbox_teams GROUP BY mailbox_id"
            " HAVING NOT bool_or(team_id IN (SELECT team_id FROM parties_membership WHERE user_id = %s))",
            [viewer.pk],
        )
        return [row[0] for row in cursor.fetchall()]


def mailboxes_with_fetch(viewer) -> QuerySet[Mailbox]:
    """The mailboxes `viewer` sees, each with how its mail was last fetched and the teams that see it."""
    found = mailboxes(viewer).defer(*SECRETS, *SECRETS_OF_GRANT)
    return found.select_related("fetch", "grant", "team").prefetch_related("teams")


def mailbox_for(viewer, pk: int) -> Mailbox:
    """One mailbox, for an administrator; its secrets are read when they are asked for. Not yours → 404."""
    found = Mailbox.objects.defer(*SECRETS).filter(pk=pk)
    mailbox = found.first() if viewer.is_administrator else None
    if mailbox is None:
        raise Http404("No such mailbox.")
    return mailbox


def providers() -> dict[str, Provider]:
    """Every kind of provider as administrators wrote it down; an empty one where nobody has."""
    stored = {row.kind: row for row in Provider.objects.defer("client_secret")}
    return {kind: stored.get(kind) or Provider(kind=kind) for kind in ProviderKind.values}


def mailbox_seen_by(viewer, pk: int) -> Mailbox:
    """One mailbox with how it is, for administrators and for leads who see it. Not yours → 404."""
    found = mailboxes(viewer).defer(*SECRETS, *SECRETS_OF_GRANT) if viewer.is_lead else Mailbox.objects.none()
    people = "fetching_paused_by", "sending_paused_by", "grant__granted_by"
    mailbox = found.select_related("fetch", "grant", *people).filter(pk=pk).first()
    if mailbox is None:
        raise Http404("No such mailbox.")
    return mailbox


def messages_in(conversation_ids: list[int]) -> QuerySet[Message]:
    """Messages whose current place is one of these conversations, oldest first, with files and outgoing state."""
    here = Place.objects.filter(conversation_id__in=conversation_ids, until__isnull=True).values("message_id")
    return (
        Message.objects.filter(pk__in=here)
        .select_related("author", "handle", "outgoing", "outgoing__mailbox")
        .prefetch_related("attachments", "outgoing__recipients")
        .order_by("recorded_at", "id")
    )


def message_written_with(form_key: UUID) -> Message | None:
    """The message a form of the desk, or a request of a program, sent; `place_conversation_id` says where it is."""
    here = Place.objects.filter(message=OuterRef("pk"), until__isnull=True).values("conversation_id")
    found = Message.objects.filter(outgoing__form_key=form_key)
    return found.annotate(place_conversation_id=Subquery(here)).first()


def quarantine(viewer) -> QuerySet[Arrival]:
    """Arrivals that could not be read, newest first; for administrators, empty for others."""
    found = Arrival.objects.filter(state=ArrivalState.QUARANTINED).select_related("mailbox", "file").order_by("-id")
    return found if viewer.is_administrator else found.none()


def quarantined_for(viewer, pk: int) -> Arrival:
    arrival = quarantine(viewer).filter(pk=pk).first()
    if arrival is None:
        raise Http404("Nothing like that is in quarantine.")
    return arrival
