"""A message of ours that waits to be sent, and how long it can still be taken back."""

import math

from django.utils.translation import gettext as _

from ancora.conversations.models import Message, Outgoing
from ancora.platform import clock


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


def undo_words(seconds: int) -> str:
    """What a page says once."""
    return _("It is sent in %(seconds)s seconds. Until then you can undo it.") % {"seconds": seconds}
