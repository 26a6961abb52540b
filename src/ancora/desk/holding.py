"""A message of ours that waits to be sent, and how long it can still be taken back."""

import math

from django.utils.translation import gettext as _

from ancora.conversations.models import Message, Outgoing
from ancora.platform import clock
from ancora.platform.ui.dates import spoken

# What waits longer was meant to be sent later: it says when, and counts nothing down.
MOST_COUNTED = 60


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
    moment = message.outgoing.next_at
    named = {"day": spoken(moment, "D j M"), "time": spoken(moment, "H:i")}
    if message.outgoing.unless_answered:
        return _("Will be sent %(day)s, %(time)s, unless an answer comes") % named
    return _("Will be sent %(day)s, %(time)s") % named


def undo_words(seconds: int) -> str:
    """What a page says once."""
    return _("It is sent in %(seconds)s seconds. Until then you can undo it.") % {"seconds": seconds}
