"""When a message may be tried: its turn at the mailbox's rate, and who asks a server that is in trouble.

Everything is decided under the lock of the mailbox's `Outlet` and counted in the database, so that several workers
together send no more than one would.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from ancora.conversations.commands.sending_queue import wake
from ancora.conversations.models import Mailbox, Outgoing, OutgoingState, Outlet, WaitsFor
from ancora.platform import clock

MINUTE = timedelta(minutes=1)
# Who corrects a mailbox calls its messages at once; this is for one that nobody touches.
LOOK_AGAIN = timedelta(hours=1)
# As long as one attempt at a server in trouble may take: meanwhile nobody else asks it.
PROBE = timedelta(minutes=3)
LONGEST_SERVER_WAIT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: for what, and when to look again."""

    reason: str
    until: datetime


def take_turn(outgoing: Outgoing) -> Wait | None:
    """Take a turn of the message's mailbox; None: it may be tried now. Belongs into the transaction that begins it."""
    mailbox, now = outgoing.mailbox, clock.now()
    if outgoing.account is not None:
        return None if outgoing.account.is_active else Wait(WaitsFor.MAILBOX, now + LOOK_AGAIN)
    if not mailbox.is_active or mailbox.sending_paused_at:
        return Wait(WaitsFor.MAILBOX, now + LOOK_AGAIN)
    outlet = _locked(mailbox)
    if outlet.retry_at and outlet.retry_at > now:
        return Wait(WaitsFor.SERVER, outlet.retry_at + MINUTE * random.random())  # noqa: S311
    if free_at := _next_turn(mailbox, now):
        return Wait(WaitsFor.TURN, free_at)
    if outlet.failures:
        outlet.retry_at = now + PROBE
        outlet.save(update_fields=["retry_at"])
    return None


def note_server_trouble(mailbox: Mailbox, said: str) -> None:
    """The server could not be reached or did not let us in: all messages of the mailbox wait, longer each time."""
    outlet, now = _locked(mailbox), clock.now()
    outlet.failures = min(outlet.failures + 1, 1000)
    outlet.failed_at, outlet.error = now, said[:2000]
    outlet.retry_at = now + jittered(min(MINUTE * 2 ** min(outlet.failures - 1, 10), LONGEST_SERVER_WAIT))
    outlet.save(update_fields=["failures", "failed_at", "error", "retry_at"])


def note_server_works(mailbox: Mailbox) -> None:
    """It let us in. After trouble the messages that wait for it are called."""
    outlet = _locked(mailbox)
    was_in_trouble = bool(outlet.failures)
    outlet.failures, outlet.retry_at, outlet.error, outlet.succeeded_at = 0, None, "", clock.now()
    outlet.save(update_fields=["failures", "retry_at", "error", "succeeded_at"])
    if was_in_trouble:
        wake(mailbox, [WaitsFor.SERVER])


def forget_trouble(mailbox: Mailbox, *, everything: bool = False) -> None:
    """Somebody changed the mailbox: what waits for it is tried at once; `everything`: what waits for others too."""
    Outlet.objects.filter(mailbox=mailbox).update(failures=0, retry_at=None, error="")
    others = ["", WaitsFor.EARLIER, WaitsFor.RECIPIENT] if everything else []
    wake(mailbox, [WaitsFor.SERVER, WaitsFor.MAILBOX, WaitsFor.TURN, *others])


def jittered(wait: timedelta) -> timedelta:
    """A little less, by chance: what failed together does not come back together."""
    return wait * random.uniform(0.85, 1.0)  # noqa: S311


def _locked(mailbox: Mailbox) -> Outlet:
    Outlet.objects.bulk_create([Outlet(mailbox=mailbox)], ignore_conflicts=True)
    return Outlet.objects.select_for_update().get(mailbox=mailbox)


def _next_turn(mailbox: Mailbox, now: datetime) -> datetime | None:
    """When the mailbox may send its next mail; None: now. Those who wait already come first."""
    most = mailbox.sends_per_minute
    if not most:
        return None
    mails = Outgoing.objects.filter(mailbox=mailbox, account__isnull=True)
    tried = mails.filter(tried_at__gt=now - MINUTE).order_by("-tried_at")
    oldest = tried.values_list("tried_at", flat=True)[most - 1 : most].first()
    if oldest is None:
        return None
    queued = mails.filter(state=OutgoingState.QUEUED, waits_for=WaitsFor.TURN)
    return oldest + MINUTE + MINUTE * (queued.filter(next_at__gt=now).count() // most)
