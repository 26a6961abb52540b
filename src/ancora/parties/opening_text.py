"""Hours and days as people type them: `09:00–13:00, 14:00–18:00`, `2026-12-24 09:00–12:00 Christmas Eve`.

What is written by `write_…` is read back by `read_…` as it was.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

from ancora.parties.working_time import WHOLE_DAY, Hours

MOST_DAYS = 1000
LONGEST_NAME = 80
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?"
_SPAN = rf"{_TIME}\s*[-–—]\s*{_TIME}"
_ONE_SPAN = re.compile(_SPAN)
_SPANS = re.compile(rf"{_SPAN}(?:\s*[,;]\s*{_SPAN})*(?!\S)")
_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*(?:[-–—]|\.\.)\s*(\d{4}-\d{2}-\d{2}))?(?![\w/.])\s*:?\s*(.*)")
_DAY = timedelta(days=1)


class Unreadable(Exception):
    """What is wrong with what was typed, fit for the screen."""


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """Its hours instead of those of its weekday; closed without any."""

    on: date
    name: str = ""
    hours: tuple[Hours, ...] = ()


def read_hours(text: str) -> tuple[Hours, ...]:
    """The hours of a day, in order; none for an empty text or "closed". An end before the beginning is that of the
    next day. `Unreadable` says which part is wrong."""
    text = text.strip()
    if not text or _is_closed(text):
        return ()
    hours = sorted(_hours(part.strip()) for part in re.split("[,;]", text) if part.strip())
    for one, next_one in pairwise(hours):
        if one.end > next_one.start:
            words = {"one": write_hours([one]), "other": write_hours([next_one])}
            raise Unreadable(_("%(one)s and %(other)s overlap.") % words)
    return tuple(hours)


def write_hours(hours: Iterable[Hours]) -> str:
    """09:00–13:00, 14:00–18:00; nothing for none."""
    return ", ".join(f"{_clock(start)}–{_clock(end if end <= WHOLE_DAY else end - WHOLE_DAY)}" for start, end in hours)


def read_days(text: str) -> tuple[SpecialDay, ...]:
    """One day, or days from one to another, a line; by date. `Unreadable` names the line."""
    found: dict[date, tuple[int, SpecialDay]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            for day in _days(line.strip()):
                if day.on in found:
                    words = {"day": day.on.isoformat(), "line": found[day.on][0]}
                    raise Unreadable(_("%(day)s stands in line %(line)s already.") % words)
                found[day.on] = number, day
        except Unreadable as error:
            raise Unreadable(_("Line %(line)s: %(problem)s") % {"line": number, "problem": error}) from None
    if len(found) > MOST_DAYS:
        raise Unreadable(_("These are %(count)s days; a calendar has room for 1000.") % {"count": len(found)})
    return tuple(found[on][1] for on in sorted(found))


def write_days(days: Iterable[SpecialDay]) -> str:
    """A line for each; days in a row that say the same stand in one."""
    runs: list[list[SpecialDay]] = []
    for day in sorted(days, key=lambda one: one.on):
        last = runs[-1][-1] if runs else None
        if last and day.on == last.on + _DAY and (day.name, day.hours) == (last.name, last.hours):
            runs[-1].append(day)
        else:
            runs.append([day])
    return "\n".join(_line(run) for run in runs)


def _hours(part: str) -> Hours:
    match = _ONE_SPAN.fullmatch(part)
    if match is None:
        raise Unreadable(_("“%(part)s” cannot be read; write hours like 09:00–13:00.") % {"part": part})
    start, end = _minutes(*match.group(1, 2)), _minutes(*match.group(3, 4))
    if start == end:
        raise Unreadable(_("“%(part)s” has no length; the whole day is 00:00–24:00.") % {"part": part})
    if start == WHOLE_DAY:
        raise Unreadable(_("“%(part)s” begins at 24:00; write it as 00:00 of the next day.") % {"part": part})
    return Hours(start, end if end > start else end + WHOLE_DAY)


def _minutes(hour: str, minute: str | None) -> int:
    whole = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or whole > WHOLE_DAY:
        raise Unreadable(
            _("There is no %(time)s; a day goes from 00:00 to 24:00.") % {"time": f"{hour}:{minute or '00'}"}
        )
    return whole


def _days(line: str) -> list[SpecialDay]:
    match = _LINE.fullmatch(line)
    if match is None:
        words = {"text": line.split()[0]}
        raise Unreadable(_("it begins with “%(text)s”, not with a date like 2026-12-24.") % words)
    first, rest = _date(match[1]), match[3]
    last = _date(match[2]) if match[2] else first
    if last < first:
        raise Unreadable(_("%(last)s is before %(first)s.") % {"last": match[2], "first": match[1]})
    if (last - first).days > 366:
        raise Unreadable(_("from %(first)s to %(last)s is more than a year.") % {"first": match[1], "last": match[2]})
    hours, name = _hours_and_name(rest)
    if len(name) > LONGEST_NAME:
        raise Unreadable(_("the name is longer than 80 characters."))
    return [SpecialDay(first + _DAY * number, name, hours) for number in range((last - first).days + 1)]


def _hours_and_name(rest: str) -> tuple[tuple[Hours, ...], str]:
    """A line without hours is a closed day."""
    if spans := _SPANS.match(rest):
        return read_hours(spans[0]), rest[spans.end() :].strip()
    first, _space, name = rest.partition(" ")
    if _is_closed(first):
        return (), name.strip()
    if first[:1].isdigit():
        raise Unreadable(_("“%(part)s” cannot be read; write hours like 09:00–13:00.") % {"part": rest})
    return (), rest


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Unreadable(_("there is no day %(day)s.") % {"day": text}) from None
    if not 1970 <= day.year < 2200:
        raise Unreadable(_("%(day)s is not in this age; calendars go from 1970 to 2199.") % {"day": text})
    return day


def _line(run: list[SpecialDay]) -> str:
    first, last = run[0], run[-1]
    days = str(first.on) if first is last else f"{first.on} – {last.on}"
    return f"{days} {write_hours(first.hours) or _('closed')} {first.name}".strip()


def _is_closed(text: str) -> bool:
    return text.strip(" .:–-").casefold() in {"", "closed", _("closed").casefold()}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
