"""How it stands with a chat at this moment: open or not, and how long somebody who writes now is likely to wait."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ancora.conversations.models import ChannelAccount, Contact
from ancora.parties.calendar_queries import calendar_of, working_time_of
from ancora.parties.working_time import WorkingTime
from ancora.platform import clock

# Fewer than these say nothing; older ones say little of today.
LEAST_SEEN, MOST_SEEN = 10, 50
RECENT, PATIENCE = timedelta(days=14), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Now:
    """`opens_at`: when it is closed, and opens within two years. `nine_of_ten`: seconds within which nine of ten of
    the last chats were answered; None where too few are known, or more than one of ten were not."""

    is_open: bool
    opens_at: datetime | None
    nine_of_ten: float | None

    @property
    def told(self) -> dict:
        return {
            "open": self.is_open,
            "opens_at": self.opens_at.isoformat() if self.opens_at else None,
            "wait": wait_in_words(self.nine_of_ten),
        }


def now_of(account: ChannelAccount) -> Now:
    """By the calendar of the mailbox's team, else that of the organisation, else always open; a constant number of
    queries."""
    moment, hours = clock.now(), working_time_of(calendar_of(account.mailbox.team))
    if not hours.is_open(moment):
        return Now(False, hours.next_opening(moment), None)
    return Now(True, None, nine_of_ten(_waits(account, hours)))


def nine_of_ten(waits: list[float]) -> float | None:
    """The 0.9 quantile of the waits of the last chats: the delay history itself, which needs no model of the queue
    (Ibrahim and Whitt, Real-time delay estimation based on delay history, 2009). Infinite ones were not answered."""
    if len(waits) < LEAST_SEEN:
        return None
    found = sorted(waits)[math.ceil(0.9 * len(waits)) - 1]
    return found if math.isfinite(found) else None


def _waits(account: ChannelAccount, hours: WorkingTime) -> list[float]:
    """Of the last chats that began while it was open; who gave up, or still waits after an hour, waits for ever."""
    now = clock.now()
    found = Contact.objects.filter(account=account, started_at__gt=now - RECENT).order_by("-started_at")
    waits = []
    for started, answered, ended in found.values_list("started_at", "answered_at", "ended_at")[: 2 * MOST_SEEN]:
        if hours.is_open(started) and (answered or ended or started < now - PATIENCE):
            waits.append((answered - started).total_seconds() if answered else math.inf)
    return waits[:MOST_SEEN]


def wait_in_words(seconds: float | None) -> str:
    """For who waits; what is not known is not said to be short."""
    if seconds is None:
        return _("We do not know just now how long it will take.")
    minutes = max(1, math.ceil(seconds / 60))
    if minutes <= 90:
        return ngettext(
            "Nine of ten are answered within %(count)s minute.",
            "Nine of ten are answered within %(count)s minutes.",
            minutes,
        ) % {"count": minutes}
    hours = math.ceil(minutes / 60)
    return ngettext(
        "Nine of ten are answered within %(count)s hour.", "Nine of ten are answered within %(count)s hours.", hours
    ) % {"count": hours}
