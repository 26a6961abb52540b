"""Working time: when somebody is at work, and how long work takes in it. Pure: no database, no Django.

*Hours* are read on the wall clock of the calendar's zone and belong to the day on which they begin: Friday 22:00–06:00
is Friday's, also when Saturday is closed. Open is whenever that clock shows a time within hours. So an hour that the
clocks leave out is nobody's, an hour that they repeat counts twice, and durations are real time.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

WHOLE_DAY = 24 * 60
# How long a calendar may stay closed before nothing is expected of it, and how far ahead a due moment may lie.
LONGEST_CLOSED = timedelta(days=2 * 366)
LONGEST_AHEAD = timedelta(days=5 * 366)
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_DAY, _SECOND, _NOTHING = timedelta(days=1), timedelta(seconds=1), timedelta(0)
# Since 1970 no zone has changed its clock twice within six days; Boa Vista did within seven.
_STRIDE = timedelta(days=6)


class Hours(NamedTuple):
    """Minutes from the midnight with which their day begins; beyond 1440 it is the next day."""

    start: int
    end: int


class Opening(NamedTuple):
    """From `start` on, no longer at `end`; both in UTC."""

    start: datetime
    end: datetime


class NotReached(Exception):
    """So much working time does not come together: nothing opens within two years, or it takes more than five."""


Week = tuple[tuple[Hours, ...], ...]
ROUND_THE_CLOCK: Week = ((Hours(0, WHOLE_DAY),),) * 7


@dataclass(frozen=True)
class WorkingTime:
    """`week` has the hours of seven days from Monday on; `special` those of single days, none for a closed one. On
    `closed` days, public holidays for example, nothing begins unless `special` names the day.

    Moments are aware, between 1970 and 2200, else `ValueError`.
    """

    zone: tzinfo
    week: Week
    special: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    closed: Container[date] = ()

    def __post_init__(self):
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        for hours in (*self.week, *self.special.values()):
            for start, end in hours:
                if not 0 <= start < WHOLE_DAY or not start < end <= start + WHOLE_DAY:
                    raise ValueError(f"no hours of a day: {start} to {end}")

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        """The hours that begin on `day`."""
        if day in self.special:
            return tuple(self.special[day])
        return () if day in self.closed else self.week[day.weekday()]

    def is_open(self, moment: datetime) -> bool:
        here = _checked(moment).astimezone(self.zone).replace(tzinfo=None)
        today = datetime.combine(here.date(), time())
        return any(start <= here < end for day in (today - _DAY, today) for start, end in self._on_the_wall(day))

    def next_opening(self, moment: datetime) -> datetime | None:
        """The first moment from `moment` on at which it is open: itself when it is. None when nothing opens within
        two years."""
        first = next(self.openings(moment), None)
        return first and first.start

    def next_closing(self, moment: datetime) -> datetime | None:
        """The first moment from `moment` on at which it is closed, itself when it is; None when none comes within two
        years."""
        until = moment = _checked(moment)
        for start, end in self.openings(moment):
            if start > until:
                break
            until = end
            if until - moment > LONGEST_CLOSED:
                return None
        return until

    def due(self, moment: datetime, duration: timedelta) -> datetime:
        """The first moment by which `duration` of working time has passed since `moment`; of none, `moment` itself.

        Refuses negative durations (`ValueError`); `NotReached` when there is no such moment.
        """
        if duration < _NOTHING:
            raise ValueError("a duration is not negative")
        moment = _checked(moment)
        if not duration:
            return moment
        for start, end in self.openings(moment):
            if start - moment > LONGEST_AHEAD:
                break
            if start + duration <= end:
                return start + duration
            duration -= end - start
        raise NotReached

    def between(self, since: datetime, until: datetime) -> timedelta:
        """How much working time lies between two moments; `ValueError` when they come in the wrong order."""
        since, until = _checked(since), _checked(until)
        if until < since:
            raise ValueError("time does not run backwards")
        return sum((end - start for start, end in self._pieces(since, until)), _NOTHING)

    def openings(self, moment: datetime) -> Iterator[Opening]:
        """What is open from `moment` on, in order and cut at it; those that touch may come in pieces. Ends when two
        years hold nothing more."""
        since, last = _checked(moment), _checked(moment)
        while since < min(last + LONGEST_CLOSED, LAST):
            until = since + _STRIDE
            for opening in self._pieces(since, until):
                yield opening
                last = until
            since = until

    def _pieces(self, since: datetime, until: datetime) -> Iterator[Opening]:
        while since < until:
            stop = min(until, since + _STRIDE)
            for start, end in _even(self.zone, since, stop):
                yield from self._while_even(start, end)
            since = stop

    def _while_even(self, since: datetime, until: datetime) -> Iterator[Opening]:
        """Between two moments from one to the other of which the clock runs evenly."""
        offset = since.astimezone(self.zone).utcoffset()
        first, stop = (since + offset).replace(tzinfo=None), (until + offset).replace(tzinfo=None)
        # Hours of the day before may run into the first one.
        reached, midnight = first, datetime.combine(first.date() - _DAY, time())
        while midnight < stop:
            for start, end in self._on_the_wall(midnight):
                start, end = max(start, reached), min(end, stop)
                if start < end:
                    yield Opening(start.replace(tzinfo=UTC) - offset, end.replace(tzinfo=UTC) - offset)
                    reached = end
            midnight += _DAY

    def _on_the_wall(self, midnight: datetime) -> list[tuple[datetime, datetime]]:
        """The hours of the day that begins with `midnight`, in order."""
        return [
            (midnight + timedelta(minutes=start), midnight + timedelta(minutes=end))
            for start, end in sorted(self.hours_on(midnight.date()))
        ]


def _checked(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    try:
        moment = moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("outside the calendar") from error
    if not FIRST <= moment < LAST:
        raise ValueError("outside the years 1970 to 2199")
    return moment


def _even(zone: tzinfo, since: datetime, until: datetime) -> Iterator[Opening]:
    """The parts of one stride between which the clock changes."""
    before, after = (moment.astimezone(zone).utcoffset() for moment in (since, until))
    if before == after:
        yield Opening(since, until)
        return
    # Clocks change at a whole second.
    low, high = since, until
    while high - low > _SECOND:
        middle = low + max(_SECOND, timedelta(seconds=(high - low) // _SECOND // 2))
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    change = high.replace(microsecond=0)
    if since < change:
        yield Opening(since, change)
    yield Opening(max(since, change), until)
