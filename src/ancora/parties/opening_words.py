"""Whether it is open now, and until when, in words."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from ancora.parties.working_time import WorkingTime
from ancora.platform.ui.dates import spoken


def state_in_words(working_time: WorkingTime, now: datetime) -> str:
    """ "Open now, until 18:00" or "Closed, opens Monday 09:00", in the calendar's own time."""
    if working_time.is_open(now):
        closes = working_time.next_closing(now)
        if closes is None:
            return _("Open now, and all the time")
        day, clock_time = _when(closes, now, working_time)
        words = _("Open now, until %(day)s %(time)s") if day else _("Open now, until %(time)s")
    else:
        opens = working_time.next_opening(now)
        if opens is None:
            return _("Closed, with nothing ahead for two years")
        day, clock_time = _when(opens, now, working_time)
        words = _("Closed, opens %(day)s %(time)s") if day else _("Closed, opens %(time)s")
    return words % {"day": day, "time": clock_time}


def day_in_words(day: date) -> str:
    """Monday 23 November."""
    return spoken(day, "l j F")


def _when(moment: datetime, now: datetime, working_time: WorkingTime) -> tuple[str, str]:
    """The day, empty for today, and the time."""
    here, today = moment.astimezone(working_time.zone), now.astimezone(working_time.zone).date()
    away, clock_time = (here.date() - today).days, f"{here:%H:%M}"
    if away == 0:
        return "", clock_time
    if away == 1:
        return _("tomorrow"), clock_time
    form = "l" if away < 7 else "l j F" if here.year == today.year else "l j F Y"
    return spoken(here.date(), form), clock_time
