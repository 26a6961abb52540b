"""What is wrong enough with mail that administrators must hear of it, if it lasts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min
from django.db.models.functions import Coalesce

from ancora.conversations.mailbox_state import LATE, is_connected, is_late
from ancora.conversations.models import AlertKind, Arrival, ArrivalState, Mailbox, Outgoing, OutgoingState
from ancora.conversations.queries import SECRETS, SECRETS_OF_GRANT
from ancora.platform import clock

# So many within a day are no longer a mail here and there.
MANY_QUARANTINED = 5
_LEFT = [OutgoingState.ACCEPTED, OutgoingState.DELIVERED, OutgoingState.BOUNCED]
# Of the latest messages of a mailbox, among which one that left is looked for.
MOST_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class Condition:
    """Something is wrong since `since`; it is told when it has lasted for `patience`. Without a mailbox it concerns
    all mail."""

    kind: str
    since: datetime
    patience: timedelta = LATE
    mailbox_id: int | None = None


def conditions() -> Iterator[Condition]:
    """All that is wrong now, in a handful of queries."""
    used = Mailbox.objects.filter(is_active=True).defer(*SECRETS, *SECRETS_OF_GRANT).select_related("fetch", "grant")
    found = list(used.order_by("id"))
    for mailbox in found:
        yield from _of_fetching(mailbox)
    yield from _of_sending({mailbox.pk for mailbox in found if _should_send(mailbox)})
    yield from _of_reading()


def _of_fetching(mailbox: Mailbox) -> Iterator[Condition]:
    grant, fetch = getattr(mailbox, "grant", None), getattr(mailbox, "fetch", None)
    if grant is not None and grant.gone_at is not None:
        yield Condition(AlertKind.CONSENT, grant.gone_at, timedelta(0), mailbox.pk)
    elif not mailbox.imap_host or mailbox.fetching_paused_at is not None or not is_connected(mailbox):
        return
    elif fetch is not None and fetch.error:
        yield Condition(AlertKind.FETCHING, fetch.stopped_at or fetch.failed_at or clock.now(), LATE, mailbox.pk)
    elif is_late(mailbox):
        since = fetch.succeeded_at if fetch and fetch.succeeded_at else mailbox.created_at
        yield Condition(AlertKind.FETCHING, since, LATE, mailbox.pk)


def _should_send(mailbox: Mailbox) -> bool:
    return bool(mailbox.smtp_host) and mailbox.sending_paused_at is None and is_connected(mailbox)


def _of_sending(mailbox_ids: set[int]) -> Iterator[Condition]:
    """Something was tried and waits, and nothing has left since: the server, not one recipient, is the trouble."""
    mails = Outgoing.objects.filter(account__isnull=True)
    waiting = mails.filter(state=OutgoingState.QUEUED, mailbox_id__in=mailbox_ids).exclude(error="")
    since = waiting.values("mailbox_id").annotate(at=Min(Coalesce("settled_at", "message__recorded_at")))
    for mailbox_id, at in since.order_by("mailbox_id").values_list("mailbox_id", "at"):
        latest = mails.filter(mailbox_id=mailbox_id).order_by("-id")[:MOST_LOOKED_AT]
        settled = latest.values_list("state", "settled_at")
        if not any(state in _LEFT and left_at is not None and left_at > at for state, left_at in settled):
            yield Condition(AlertKind.SENDING, at, LATE, mailbox_id)


def _of_reading() -> Iterator[Condition]:
    now = clock.now()
    held = Arrival.objects.filter(state=ArrivalState.QUARANTINED, received_at__gt=now - timedelta(days=1))
    if held.values("pk")[:MANY_QUARANTINED].count() >= MANY_QUARANTINED:
        yield Condition(AlertKind.QUARANTINE, now, timedelta(0))
    # An import of old mail is as slow as it is.
    waiting = Arrival.objects.filter(state=ArrivalState.PENDING, is_silent=False, received_at__lt=now - LATE)
    if oldest := waiting.order_by("id").values_list("received_at", flat=True).first():
        yield Condition(AlertKind.ARRIVALS, oldest)
