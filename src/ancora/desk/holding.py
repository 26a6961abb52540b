"""A message of ours that waits to be sent, and how long it can still be taken back."""

import math
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext as _

from ancora.conversations.models import Message, Outgoing
from ancora.platform import clock

# What waits longer was meant to be sent later: it says when, and counts nothing down.
MOST_COUNTED = 60
MORNING = time(9)
AFTERNOON = time(14)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment at which something could be sent, with a name."""

    label: str
    at: datetime

    @property
    def value(self) -> str:
        return self.at.isoformat()


def moments() -> list[Moment]:
    """When one may want to send, in the person's time zone: in an hour, this afternoon, tomorrow, next Monday."""
    now = localtime(clock.now())
    today, tomorrow = now.date(), now.date() + timedelta(days=1)
    monday = today + timedelta(days=7 - today.weekday())
    found = [Moment(_("in one hour"), now.replace(second=0, microsecond=0) + timedelta(hours=1))]
    if now.time() < time(AFTERNOON.hour - 1):
        found.append(Moment(_("this afternoon"), _moment(today, AFTERNOON)))
    found.append(Moment(_("tomorrow morning"), _moment(tomorrow, MORNING)))
    if monday != tomorrow:
        found.append(Moment(_("next Monday"), _moment(monday, MORNING)))
    return found


def _moment(day, at: time) -> datetime:
    return make_aware(datetime.combine(day, at))


def seconds_held(message: Message | None) -> int:
    """Whole seconds in which it can still be taken back, 0 when it cannot."""
    outgoing = getattr(message, "outgoing", None)
    return seconds_left(outgoing) if outgoing else 0


def seconds_left(outgoing: Outgoing) -> int:
    """As `seconds_held`."""
    now = clock.now()
    return math.ceil((outgoing.next_at - now).total_seconds()) if outgoing.is_held(now) else 0


def held_words(seconds: int) -> str:
    """What a screen counts down: its number is replaced each second."""
    return _("Sent in %(seconds)s s") % {"seconds": seconds}


def later_words(message: Message) -> str:
    """When a message that waits longer is sent, in the person's time zone."""
    moment = localtime(message.outgoing.next_at)
    day = date_format(moment, "D j M")
    named = {"day": day, "time": date_format(moment, "TIME_FORMAT")}
    if message.outgoing.unless_answered:
        return _("Will be sent %(day)s, %(time)s, unless an answer comes") % named
    return _("Will be sent %(day)s, %(time)s") % named


def undo_words(seconds: int) -> str:
    """What a page says once."""
    return _("It is sent in %(seconds)s seconds. Until then you can undo it.") % {"seconds": seconds}
