"""How it stands with a chat at this moment: open or not, and how long somebody who writes now is likely to wait."""

import math
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ancora.cases.waits.expected import hours_of, queue_of
from ancora.conversations.models import ChannelAccount
from ancora.platform import clock


@dataclass(frozen=True, slots=True)
class Now:
    """`opens_at`: when it is closed, and opens within two years. `is_anybody_here`: somebody who may answer is at their
    desk and not away. `nine_of_ten`: seconds within which nine of ten who write now are answered (`cases.waits`); None
    where nobody can know."""

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
    moment, hours = clock.now(), hours_of(account)
    if not hours.is_open(moment):
        return Now(False, hours.next_opening(moment))
    queue = queue_of(account, hours)
    return Now(True, None, queue.is_anybody_here, queue.next_nine_of_ten)


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
