"""How it stands with a chat at this moment: open or not, and how long somebody who writes now is likely to wait."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ancora.cases.presence.desks import at_their_desks
from ancora.cases.routing.facts import agents_in
from ancora.conversations.models import ChannelAccount, Contact
from ancora.parties.calendar_queries import calendar_of, working_time_of
from ancora.parties.working_time import WorkingTime
from ancora.platform import clock
from ancora.platform.accounts.models import Role, User

# Fewer than these say nothing; older ones say little of today.
LEAST_SEEN, MOST_SEEN = 10, 50
RECENT, PATIENCE = timedelta(days=14), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Now:
    """`opens_at`: when it is closed, and opens within two years. `is_anybody_here`: somebody who may answer is at their
    desk. `nine_of_ten`: seconds within which nine of ten of the last chats were answered; None where too few are known,
    or more than one of ten were not."""

    is_open: bool
    opens_at: datetime | None = None
    is_anybody_here: bool = False
    nine_of_ten: float | None = None

    @property
    def told(self) -> dict:
        return {
            "open": self.is_open,
            "opens_at": self.opens_at.isoformat() if self.opens_at else None,
            "wait": wait_in_words(self.nine_of_ten) if self.is_anybody_here else nobody_in_words(),
            # For who has written already.
            "slow": wait_in_words(self.nine_of_ten) if self.is_anybody_here else _("Nobody is at the desk just now."),
        }


def now_of(account: ChannelAccount) -> Now:
    """By the calendar of the mailbox's team, else that of the organisation, unless the chat is always open; a constant
    number of queries."""
    always = account.settings.get("is_always_open") is True
    moment, hours = clock.now(), working_time_of(None if always else calendar_of(account.mailbox.team))
    if not hours.is_open(moment):
        return Now(False, hours.next_opening(moment))
    return Now(True, None, _is_anybody_here(account), nine_of_ten(_waits(account, hours)))


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


def _is_anybody_here(account: ChannelAccount) -> bool:
    """Of the team that gets the cases, else of those that see the mailbox, else of all."""
    mailbox = account.mailbox
    teams = [mailbox.team_id] if mailbox.team_id else list(mailbox.teams.values_list("pk", flat=True))
    if teams:
        ids = {person.pk for members in agents_in(teams).values() for person in members}
    else:
        ids = set(User.objects.filter(is_active=True).exclude(role=Role.OBSERVER).values_list("pk", flat=True))
    return bool(at_their_desks(ids))


def nobody_in_words() -> str:
    return _("Nobody is at the desk just now. Write, and we answer as soon as somebody is.")


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
