"""When the demo company is open and when its customers are awake, on Europe/Rome clocks.

Durations are walked inside windows of a day: an hour after Saturday 12:30 in the shop is Monday 09:00.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ROME = ZoneInfo("Europe/Rome")
WAKING_DAY = timedelta(hours=16, minutes=30)
WORKING_DAY = timedelta(hours=10)

Window = Callable[[date], tuple[time, time] | None]


def working(day: date) -> tuple[time, time] | None:
    if day.weekday() == 6:
        return None
    return (time(9), time(13)) if day.weekday() == 5 else (time(8, 30), time(18, 30))


def waking(day: date) -> tuple[time, time] | None:
    return time(7), time(23, 30)


def after(moment: datetime, duration: timedelta, window: Window) -> datetime:
    """The moment `duration` later, counting only time inside the window; in UTC."""
    for start, end in _windows(moment, window, step=1):
        start = max(start, moment)
        if start > end:
            continue
        if start + duration <= end:
            return start + duration
        duration -= end - start
    raise AssertionError("windows go on for ever")


def before(moment: datetime, duration: timedelta, window: Window) -> datetime:
    """The moment `duration` earlier, counting only time inside the window; in UTC."""
    for start, end in _windows(moment, window, step=-1):
        end = min(end, moment)
        if end < start:
            continue
        if end - duration >= start:
            return end - duration
        duration -= end - start
    raise AssertionError("windows go on for ever")


def _windows(moment: datetime, window: Window, *, step: int) -> Iterator[tuple[datetime, datetime]]:
    day = moment.astimezone(ROME).date()
    while True:
        hours = window(day)
        if hours:
            # In UTC, so that arithmetic across a change of the clocks stays exact.
            yield tuple(datetime.combine(day, clock, ROME).astimezone(UTC) for clock in hours)
        day += timedelta(days=step)
