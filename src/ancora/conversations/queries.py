"""Reads of conversations."""

import time
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery, prefetch_related_objects
from django.http import Http404

from ancora.conversations.identity import id_of_kept, message_key
from ancora.conversations.models import (
    Arrival,
    ArrivalState,
    ChannelAccount,
    Conversation,
    Direction,
    DraftFile,
    InboundHook,
    Mailbox,
    Message,
    Outgoing,
    Place,
    Provider,
    ProviderKind,
)
from ancora.conversations.tokens import without_token
from ancora.platform.addresses import compared_address
from ancora.platform.plain_sql import columns, objects

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


_HEADS = """
SELECT w.n, c.reference, c.customer_id, c.subject, left(coalesce(nullif(m.reply_text, ''), m.text), 400), b.team_id,
    c.channel
FROM unnest(%s::bigint[], %s::bigint[]) WITH ORDINALITY AS w(message, conversation, n)
JOIN conversations_message m ON m.id = w.message JOIN conversations_conversation c ON c.id = w.conversation
LEFT JOIN conversations_mailbox b ON b.id = c.mailbox_id ORDER BY w.n
"""


def heads_of(pairs: list[tuple[int, int]]) -> list[Head]:
    """For each (message, conversation): reference and subject of the conversation with the beginning of the message;
    one query."""
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, [[message for message, _ in pairs], [conversation for _, conversation in pairs]])
        return [
            Head(reference, customer_id, subject, excerpt_of(text), team_id, channel)
            for _n, reference, customer_id, subject, text, team_id, channel in cursor.fetchall()
        ]


def excerpt_of(text: str) -> str:
    """The first words of a text on one line."""
    return " ".join(text.split())[:EXCERPT]


# Mailboxes change rarely and every mail asks; each process looks again after this long.
_FRESH_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Own:
    """What every mail asks of our mailboxes, as of `at`."""

    at: float
    addresses: frozenset[str]
    acknowledging: frozenset[int]


_own: _Own | None = None


def own_addresses() -> frozenset[str]:
    """All addresses of all mailboxes, in the form in which they are compared, as of at most five seconds ago."""
    return _of_our_mailboxes().addresses


def acknowledging_mailboxes() -> frozenset[int]:
    """Ids of the mailboxes that acknowledge new cases, as of at most five seconds ago."""
    return _of_our_mailboxes().acknowledging


def _of_our_mailboxes() -> _Own:
    global _own
    if _own is None or time.monotonic() - _own.at > _FRESH_SECONDS:
        found = list(Mailbox.objects.values_list("pk", "address", "aliases", "acknowledges"))
        every = frozenset(
            compared_address(one) for _pk, address, aliases, _does in found for one in (address, *aliases)
        )
        _own = _Own(time.monotonic(), every, frozenset(pk for pk, _address, _aliases, does in found if does))
    return _own


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


# Plain SQL with `viewer`, the id of a person who is no administrator.
HIDDEN_MAILBOXES = """
SELECT mailbox_id FROM conversations_mailbox_teams GROUP BY mailbox_id
HAVING NOT bool_or(team_id IN (SELECT team_id FROM parties_membership WHERE user_id = %(viewer)s))
"""


def hidden_mailbox_ids(viewer) -> list[int]:
    """Ids of the mailboxes that only other teams see; administrators see all."""
    if viewer.is_administrator:
        return []
    with connection.cursor() as cursor:
        cursor.execute(HIDDEN_MAILBOXES, {"viewer": viewer.pk})
        return [row[0] for row in cursor.fetchall()]


def mailboxes_with_fetch(viewer) -> QuerySet[Mailbox]:
    """The mailboxes `viewer` sees, each with how its mail was last fetched, when the last mail came (`arrived_at`),
    and the teams that see it."""
    newest = Arrival.objects.filter(mailbox=OuterRef("pk")).order_by("-id").values("received_at")[:1]
    found = mailboxes(viewer).defer(*SECRETS, *SECRETS_OF_GRANT).annotate(arrived_at=Subquery(newest))
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


# Plain SQL: the timeline of every case begins with it. What a mail's sender designed is fetched when it is unfolded.
_LEFT_OUT = ("html", "references", "message_key", "content_key")
_MESSAGES = f"""
SELECT {columns(Message, "m", without=_LEFT_OUT)},
    CASE m.direction WHEN 'out' THEN m.html ELSE '' END AS html, m.html <> '' AS has_html,
    EXISTS (SELECT 1 FROM conversations_attachment a WHERE a.message_id = m.id) AS has_files,
    p.conversation_id AS place_conversation_id
FROM conversations_place p JOIN conversations_message m ON m.id = p.message_id
WHERE p.conversation_id = ANY(%s) AND p.until IS NULL ORDER BY m.recorded_at, m.id
"""  # noqa: S608


def messages_in(conversation_ids: list[int]) -> list[Message]:
    """Messages whose current place is one of these conversations (`place_conversation_id`), oldest first, with files
    and outgoing state.

    What only `complete` brings: the HTML of received ones (`has_html`), the files of those without any (`has_files`).
    """
    found = list(Message.objects.raw(_MESSAGES, [conversation_ids]))
    prefetch_related_objects([one for one in found if one.has_files], "attachments")
    _bring_outgoing([one for one in found if one.direction == Direction.OUT])
    return found


_OUTGOING = f"""
SELECT {columns(Outgoing, "o")} FROM conversations_outgoing o WHERE o.message_id = ANY(%s)
"""  # noqa: S608


def _bring_outgoing(messages: list[Message]) -> None:
    """How these are on their way, with their recipients; nothing is asked for again where there is none."""
    if not messages:
        return
    found = objects(_OUTGOING, [[one.pk for one in messages]], Outgoing)
    by_message = {outgoing.message_id: outgoing for outgoing in found}
    for message in messages:
        outgoing = message._state.fields_cache["outgoing"] = by_message.get(message.pk)
        if outgoing is not None:
            outgoing.message = message
    prefetch_related_objects(found, "recipients")


def complete(messages: list[Message]) -> None:
    """Bring what `messages_in` left out, in two queries."""
    found = dict(Message.objects.filter(pk__in=[one.pk for one in messages]).values_list("pk", "html"))
    for message in messages:
        message.html = found[message.pk]
    prefetch_related_objects([one for one in messages if not one.has_files], "attachments")


def message_written_with(form_key: UUID) -> Message | None:
    """The message a form of the desk, or a request of a program, sent, or kept in an example;
    `place_conversation_id` says where it is."""
    here = Place.objects.filter(message=OuterRef("pk"), until__isnull=True).values("conversation_id")
    known = Message.objects.annotate(place_conversation_id=Subquery(here))
    sent = known.filter(outgoing__form_key=form_key).first()
    return sent or known.filter(message_key=message_key(id_of_kept(form_key))).first()


def hooks(viewer) -> QuerySet[InboundHook]:
    """Addresses to which mail providers post, by name; for administrators, empty for others."""
    found = InboundHook.objects.select_related("mailbox").order_by("name", "id")
    return found if viewer.is_administrator else found.none()


def hook_for(viewer, pk: int) -> InboundHook:
    """Not yours → 404."""
    hook = hooks(viewer).filter(pk=pk).first()
    if hook is None:
        raise Http404("No such mail provider.")
    return hook


def channel_accounts(viewer) -> QuerySet[ChannelAccount]:
    """The accounts of channels that are no mailboxes, by name; for administrators, empty for others."""
    found = ChannelAccount.objects.select_related("mailbox").order_by("name", "id")
    return found if viewer.is_administrator else found.none()


def channel_account_for(viewer, pk: int) -> ChannelAccount:
    """Not yours → 404."""
    account = channel_accounts(viewer).filter(pk=pk).first()
    if account is None:
        raise Http404("No such channel.")
    return account


def draft_files(viewer, keys: list[UUID]) -> list[DraftFile]:
    """The files the viewer laid into a composer, in this order; those that are no longer here are left out."""
    if not keys:
        return []
    found = {one.key: one for one in DraftFile.objects.filter(owner=viewer, key__in=keys).select_related("file")}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def draft_file_for(viewer, key: UUID) -> DraftFile:
    """A file the viewer laid into a composer; not yours → 404."""
    found = DraftFile.objects.select_related("file").filter(owner=viewer, key=key).first()
    if found is None:
        raise Http404("No such file.")
    return found


def quarantine(viewer) -> QuerySet[Arrival]:
    """Arrivals that could not be read, newest first; for administrators, empty for others."""
    found = Arrival.objects.filter(state=ArrivalState.QUARANTINED).select_related("mailbox", "account", "file")
    found = found.order_by("-id")
    return found if viewer.is_administrator else found.none()


def quarantined_for(viewer, pk: int) -> Arrival:
    arrival = quarantine(viewer).filter(pk=pk).first()
    if arrival is None:
        raise Http404("Nothing like that is in quarantine.")
    return arrival


def mailbox_at(address: str) -> Mailbox | None:
    """The mailbox in use to which mail for `address` belongs, whatever its plus part; without its secrets."""
    local, _at, domain = without_token(compared_address(address)).rpartition("@")
    wanted = {f"{name}@{domain}" for name in (local, local.partition("+")[0])}
    boxes = Mailbox.objects.defer(*SECRETS).filter(is_active=True).order_by("id")
    return next((box for box in boxes if wanted & {compared_address(one) for one in box.addresses}), None)


def third_parties_of(conversation_ids: list[int]) -> dict[int, int]:
    """The third party of those of these conversations that are side threads, by conversation id."""
    found = Conversation.objects.filter(pk__in=set(conversation_ids), third_party__isnull=False)
    return dict(found.values_list("pk", "third_party_id")) if conversation_ids else {}
