"""How a mailbox is: what its page, the list, the API and the monitor tell of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils.timezone import localtime

from ancora.conversations.models import Arrival, ArrivalState, Mailbox, Outgoing, OutgoingState, SignIn
from ancora.platform import clock

# A mailbox is looked into every few minutes at the latest.
LATE = timedelta(minutes=15)
MOST_SHOWN = 15
# Counted no further: a queue of more is a queue of more.
MOST_COUNTED = 10_000
# The speed of an import is told after so long: before, it would jump.
SPEED_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Progress:
    """An import of old mail: `done` of about `total` mails are here; `rate` in mails a second and `left` are None
    until they can be told."""

    done: int
    total: int
    rate: float | None
    left: timedelta | None

    @property
    def speed(self) -> float | int:
        """The rate as people read it."""
        rate = self.rate or 0
        return round(rate) if rate >= 10 else round(rate, 1)

    @property
    def percent(self) -> int:
        return min(99, self.done * 100 // self.total) if self.total else 0


@dataclass(frozen=True, slots=True)
class Backlog:
    """Arrivals that are stored and not yet read: how many, and since when the oldest waits."""

    count: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Count:
    """Arrivals of one outcome: today, and within seven days."""

    outcome: str
    today: int
    week: int


def is_connected(mailbox: Mailbox) -> bool:
    """Whether it has something to sign in with: a password, or a permission that is not gone."""
    if mailbox.sign_in in (SignIn.PASSWORD, SignIn.MICROSOFT_APP):
        return True
    grant = getattr(mailbox, "grant", None)
    return grant is not None and grant.gone_at is None


def state_of(mailbox: Mailbox) -> str:
    """In one word, the one that most needs to be seen: off, nothing (no server to fetch from), unconnected, consent
    (the permission is gone), paused, trouble, new (not looked into yet), late, importing or works."""
    fetch, grant = getattr(mailbox, "fetch", None), getattr(mailbox, "grant", None)
    if not mailbox.is_active:
        return "off"
    if mailbox.sign_in not in (SignIn.PASSWORD, SignIn.MICROSOFT_APP) and grant is None:
        return "unconnected"
    if grant is not None and grant.gone_at is not None:
        return "consent"
    if not mailbox.imap_host:
        return "nothing"
    if mailbox.fetching_paused_at is not None:
        return "paused"
    if fetch is None or (fetch.succeeded_at is None and not fetch.error):
        return "late" if is_late(mailbox) else "new"
    if fetch.error:
        return "trouble"
    if is_late(mailbox):
        return "late"
    return "importing" if fetch.is_importing else "works"


def sending_state_of(mailbox: Mailbox, waiting: list[Outgoing]) -> str:
    """In one word: off (no server to send by), unconnected, consent, paused, refused (something that waits was tried
    and did not leave), or works."""
    if not mailbox.smtp_host:
        return "off"
    if not is_connected(mailbox):
        return "consent" if getattr(mailbox, "grant", None) else "unconnected"
    if mailbox.sending_paused_at is not None:
        return "paused"
    return "refused" if any(one.error for one in waiting) else "works"


def paused_for_sending() -> frozenset[int]:
    """Ids of the mailboxes whose answers wait because a person wants it."""
    return frozenset(Mailbox.objects.filter(sending_paused_at__isnull=False).values_list("pk", flat=True))


def is_late(mailbox: Mailbox) -> bool:
    """Whether it was not looked into for a quarter of an hour although it should have been."""
    if mailbox.fetching_paused_at is not None:
        return False
    fetch = getattr(mailbox, "fetch", None)
    looked_at = (fetch and fetch.succeeded_at) or mailbox.created_at
    # Who asked for a look, or resumed it, gives it time for one.
    return clock.now() - max(looked_at, (fetch and fetch.asked_at) or looked_at) > LATE


def progress_of(mailbox: Mailbox) -> Progress | None:
    """None when nothing is being imported."""
    fetch = getattr(mailbox, "fetch", None)
    if fetch is None or not fetch.is_importing:
        return None
    total = max(fetch.old_total, fetch.old_done)
    is_moving = fetch.old_resumed_at is not None and mailbox.fetching_paused_at is None and not fetch.error
    seconds = (clock.now() - fetch.old_resumed_at).total_seconds() if is_moving else 0
    done = fetch.old_done - fetch.old_resumed_done
    rate = done / seconds if seconds >= SPEED_SECONDS and done > 0 else None
    left = timedelta(seconds=(total - fetch.old_done) / rate) if rate else None
    return Progress(fetch.old_done, total, rate, left)


def behind_of(mailbox: Mailbox) -> int:
    """About how many mails the server has that were not looked at yet, as of the last look."""
    fetch = getattr(mailbox, "fetch", None)
    return max(0, (fetch.uid_next or 0) - 1 - fetch.last_uid) if fetch else 0


def backlog_of(mailbox: Mailbox) -> Backlog:
    waiting = Arrival.objects.filter(mailbox=mailbox, state=ArrivalState.PENDING).order_by("id")
    moments = list(waiting.values_list("received_at", flat=True)[:MOST_COUNTED])
    return Backlog(len(moments), min(moments, default=None))


def is_backlog_longer_than(most: int) -> bool:
    """Whether more than `most` arrivals wait to be read, of whatever mailbox."""
    waiting = Arrival.objects.filter(state=ArrivalState.PENDING).values_list("pk", flat=True)
    return len(waiting[: most + 1]) > most


_COUNTS = """
SELECT CASE state WHEN 'done' THEN outcome ELSE state END, count(*) FILTER (WHERE received_at >= %s), count(*)
FROM conversations_arrival WHERE mailbox_id = %s AND received_at >= %s GROUP BY 1 ORDER BY 3 DESC, 1
"""


def counts_of(mailbox: Mailbox) -> list[Count]:
    """What became of the mail of today (of the viewer's zone) and of the last seven days."""
    today = localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [today, mailbox.pk, today - timedelta(days=6)])
        return [Count(*row) for row in cursor.fetchall()]


def quarantined_of(mailbox: Mailbox) -> int:
    return Arrival.objects.filter(mailbox=mailbox, state=ArrivalState.QUARANTINED).count()


def arrivals_of(mailbox: Mailbox) -> QuerySet[Arrival]:
    """The latest, with who wrote and on what as far as their messages say."""
    shown = ("received_at", "state", "outcome", "rung", "reason", "is_silent")
    words = ("message__subject", "message__from_name", "message__from_address")
    found = Arrival.objects.filter(mailbox=mailbox).select_related("message").only(*shown, *words)
    return found.order_by("-id")[:MOST_SHOWN]


def departures_of(mailbox: Mailbox) -> QuerySet[Outgoing]:
    """The latest messages that left or tried to, with what became of them at each recipient."""
    return _outgoing(mailbox).exclude(state__in=[*_WAITING, OutgoingState.TAKEN_BACK]).order_by("-id")[:MOST_SHOWN]


def outbox_of(mailbox: Mailbox) -> tuple[list[Outgoing], int]:
    """(what waits to be sent, the next one first, and how many that are in all)"""
    waiting = _outgoing(mailbox).filter(state__in=_WAITING)
    return list(waiting.order_by("next_at", "id")[:MOST_SHOWN]), waiting.count()


_WAITING = [OutgoingState.QUEUED, OutgoingState.SENDING]


def _outgoing(mailbox: Mailbox) -> QuerySet[Outgoing]:
    shown = ("state", "attempts", "next_at", "settled_at", "error", "message__subject", "message__recorded_at")
    mails = Outgoing.objects.filter(mailbox=mailbox, account__isnull=True)
    found = mails.select_related("message").only(*shown)
    return found.prefetch_related("recipients")
