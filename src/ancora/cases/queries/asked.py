"""What somebody asks of the search: words, and conditions such as `from:carla`, `tag:leak`, `before:2026-10-01`.

Pure: nothing here knows the database.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

# By the word in front of the colon, in both languages.
OPERATORS = {
    "from": "from", "da": "from",
    "tag": "tag", "etichetta": "tag",
    "is": "is", "stato": "is",
    "owner": "owner", "responsabile": "owner",
    "team": "team",
    "priority": "priority", "priorità": "priority", "priorita": "priority",
    "before": "before", "prima": "before",
    "after": "after", "dopo": "after",
    "due": "due", "scade": "due",
}  # fmt: skip
STATES = {
    "open": "open", "aperto": "open",
    "waiting": "waiting", "attesa": "waiting",
    "resolved": "resolved", "risolto": "resolved",
    "closed": "closed", "chiuso": "closed",
    "spam": "spam",
    "trash": "trash", "cestino": "trash",
    "late": "late", "ritardo": "late",
}  # fmt: skip
PRIORITIES = {
    "low": 1, "bassa": 1,
    "normal": 2, "normale": 2,
    "high": 3, "alta": 3,
    "urgent": 4, "urgente": 4,
}  # fmt: skip
ME = ("me", "io")
NOBODY = ("nobody", "nessuno")
DAYS = {"today": 0, "oggi": 0, "yesterday": 1, "ieri": 1}
FIRST_YEAR, LAST_YEAR = 1970, 2200

_PART = re.compile(r'(?P<minus>-?)(?P<name>[^\W\d_]{2,12}):(?P<value>"[^"]*"|\S*)|"[^"]*"|\S+')
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_AGO = re.compile(r"(\d{1,4})([dgwsmy])", re.IGNORECASE)
_SOON = re.compile(r"(\d{1,3})([hdg])")
_SPANS = {"h": "hours", "d": "days", "g": "days"}
# Days, in English and Italian letters: day, giorno, week, settimana, month, year.
_LENGTHS = {"d": 1, "g": 1, "w": 7, "s": 7, "m": 30, "y": 365}


@dataclass(slots=True)
class Asked:
    """words: what is looked for in names and texts · conditions: all of them hold, each with its value; those in
    `without` do not · problems: conditions that say nothing, as they were written."""

    words: str = ""
    conditions: list[tuple[str, object]] = field(default_factory=list)
    without: list[tuple[str, object]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read(text: str, *, today: date) -> Asked:
    """Take `text` apart. What looks like a condition and is none that we know (`http://…`, `re:`) is words."""
    asked, words = Asked(), []
    for part in _PART.finditer(text):
        name = OPERATORS.get((part["name"] or "").lower())
        if name is None:
            words.append(part[0])
            continue
        value = _value(name, part["value"].strip('"').strip(), today)
        if value is None:
            asked.problems.append(part[0])
        else:
            (asked.without if part["minus"] else asked.conditions).append((name, value))
    asked.words = " ".join(words)
    return asked


def _value(name: str, written: str, today: date) -> object:
    """None when it says nothing."""
    lowered = written.lower()
    match name:
        case "is":
            return STATES.get(lowered)
        case "priority":
            return PRIORITIES.get(lowered)
        case "before" | "after":
            return _day(lowered, today)
        case "due":
            return _ahead(lowered)
        case "owner" if lowered in ME:
            return "me"
        case "owner" if lowered in NOBODY:
            return "nobody"
        case _:
            return written or None


def _ahead(written: str) -> timedelta | None:
    """How far ahead something is due: `4h`, `2d`; within a day, `today`."""
    if DAYS.get(written) == 0:
        return timedelta(days=1)
    found = _SOON.fullmatch(written)
    return timedelta(**{_SPANS[found[2]]: int(found[1])}) if found else None


def _day(written: str, today: date) -> date | None:
    day = _any_day(written, today)
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _any_day(written: str, today: date) -> date | None:
    if written in DAYS:
        return today - timedelta(days=DAYS[written])
    try:
        if found := _ISO.fullmatch(written):
            return date(*map(int, found.groups()))
        if found := _DAY_FIRST.fullmatch(written):
            return date(*map(int, reversed(found.groups())))
        if found := _AGO.fullmatch(written):
            return today - timedelta(days=int(found[1]) * _LENGTHS[found[2].lower()])
    except (ValueError, OverflowError):
        pass
    return None
