"""Invitations to meetings, and answers to them, from the calendar part of a mail (RFC 5545, RFC 5546)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .addresses import Address
from .charsets import clean, clean_line, decode
from .limits import MAX_ADDRESS_CHARS, MAX_CALENDAR_BYTES, MAX_INVITATION_CHARS, MAX_NAME_CHARS
from .structure import Part

CALENDAR_TYPES = {"text/calendar", "application/ics", "text/x-vcalendar"}
METHODS = {"publish", "request", "reply", "add", "cancel", "refresh", "counter", "declinecounter"}
STATUSES = {"tentative", "confirmed", "cancelled"}
ANSWERS = {"accepted", "declined", "tentative", "delegated", "needs-action"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A meeting that a mail is about. `start` and `end` are dates for whole days (`end` is the last day), else moments;
    a moment without a zone is meant in the reader's own. `answer` is what an attendee says in a reply."""

    method: str
    summary: str = ""
    start: datetime | date | None = None
    end: datetime | date | None = None
    all_day: bool = False
    place: str = ""
    organiser: Address | None = None
    status: str | None = None
    answer: str | None = None
    repeats: bool = False
    uid: str = ""


def is_calendar(part: Part) -> bool:
    return part.type in CALENDAR_TYPES or (
        part.type == "application/octet-stream" and part.filename.lower().endswith(".ics")
    )


def invitation(parts: list[Part], warnings: list[str]) -> Invitation | None:
    """The meeting of the first calendar part that holds one."""
    for part in parts:
        if not part.children and is_calendar(part):
            try:
                found = read_calendar(part)
            except Exception:  # noqa: BLE001 a foreign parser over hostile bytes raises whatever it likes
                found = None
            if found:
                return found
            note = "A calendar entry could not be read; it is kept as a file."
            if note not in warnings:
                warnings.append(note)
    return None


def read_calendar(part: Part) -> Invitation | None:
    content = part.content()
    if len(content) > MAX_CALENDAR_BYTES or b"BEGIN:V" not in content:
        return None
    import icalendar  # 0.3 s to load, needed by one mail in a hundred

    text = clean(decode(content, part.parameters.get("charset") or "utf-8")[0])
    calendar = next(iter(icalendar.Calendar.from_ical(text, multiple=True)), None)
    event = main_event(calendar) if calendar is not None else None
    if event is None:
        return None
    method = line_of(calendar.get("METHOD")) or part.parameters.get("method", "")
    start, end, all_day = times(event)
    return Invitation(
        method=method.lower() if method.lower() in METHODS else "publish",
        summary=line_of(event.get("SUMMARY")),
        start=start,
        end=end,
        all_day=all_day,
        place=line_of(event.get("LOCATION")),
        organiser=person(event.get("ORGANIZER")),
        status=known(line_of(event.get("STATUS")), STATUSES),
        answer=answer(event) if method.lower() == "reply" else None,
        repeats="RRULE" in event or "RDATE" in event,
        uid=line_of(event.get("UID")),
    )


def main_event(calendar):
    """The event itself; exceptions to a series come after it."""
    events = calendar.walk("VEVENT")
    return next((event for event in events if "RECURRENCE-ID" not in event), events[0] if events else None)


def times(event) -> tuple[datetime | date | None, datetime | date | None, bool]:
    start, end = moment(event, "DTSTART"), moment(event, "DTEND")
    if end is None and start is not None and "DURATION" in event:
        length = event.decoded("DURATION")
        end = start + length if isinstance(length, timedelta) else None
    all_day = start is not None and not isinstance(start, datetime)
    if all_day and end is not None and not isinstance(end, datetime):
        # The end of whole days is the day after the last one.
        end = max(start, end - timedelta(days=1))
    if start is not None and end is not None and isinstance(start, datetime) != isinstance(end, datetime):
        end = None
    return start, end, all_day


def moment(event, name: str) -> datetime | date | None:
    value = event.decoded(name, None)
    if not isinstance(value, date) or not 1900 <= value.year <= 9000:
        return None
    return value


def person(value) -> Address | None:
    if value is None:
        return None
    address = clean_line(str(value)).removeprefix("mailto:").removeprefix("MAILTO:")[:MAX_ADDRESS_CHARS]
    name = clean_line(str(getattr(value, "params", {}).get("CN", "")))[:MAX_NAME_CHARS].strip('"')
    return Address("" if name == address else name, address) if "@" in address or name else None


def answer(event) -> str | None:
    """What the one attendee of a reply says."""
    attendees = event.get("ATTENDEE") or []
    first = attendees[0] if isinstance(attendees, list) and attendees else attendees
    return known(line_of(getattr(first, "params", {}).get("PARTSTAT", "")), ANSWERS)


def known(word: str, words: set[str]) -> str | None:
    return word.lower() if word.lower() in words else None


def line_of(value) -> str:
    """One line of text, however many values a broken calendar has."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return clean_line(str(value or ""))[:MAX_INVITATION_CHARS]
