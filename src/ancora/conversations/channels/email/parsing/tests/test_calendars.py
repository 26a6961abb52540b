"""Invitations as the common calendars write them, and as nobody should."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ancora.conversations.channels.email.parsing import limits, parse
from ancora.conversations.channels.email.parsing.describe import described

OUTLOOK = """BEGIN:VCALENDAR
METHOD:REQUEST
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ORGANIZER;CN=Carla Bianchi:mailto:carla@customer.example
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Support:mailto:help@shop.example
SUMMARY;LANGUAGE=it-IT:Collaudo\\, seconda parte
DTSTART;TZID=W. Europe Standard Time:20251103T102200
DTEND;TZID=W. Europe Standard Time:20251103T112200
UID:040000008200
LOCATION;LANGUAGE=it-IT:Via Roma 1\\; cortile
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
"""


def mail(calendar: str, *, kind: str = 'text/calendar; method=REQUEST; charset="utf-8"', words: str = "Come") -> bytes:
    head = "From: a@b.example\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\n"
    return f"{head}{words}\n--x\nContent-Type: {kind}\n\n{calendar}\n--x--\n".encode()


def event(*lines: str, method: str = "REQUEST") -> str:
    inner = "\n".join(lines)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:{method}\nBEGIN:VEVENT\nUID:1\n{inner}\nEND:VEVENT\nEND:VCALENDAR\n"


def test_an_invitation_of_outlook():
    found = parse(mail(OUTLOOK)).invitation
    assert (found.method, found.summary, found.place) == ("request", "Collaudo, seconda parte", "Via Roma 1; cortile")
    assert found.start == datetime(2025, 11, 3, 9, 22, tzinfo=UTC)
    assert found.end - found.start == timedelta(hours=1)
    assert found.organiser == ("Carla Bianchi", "carla@customer.example")
    assert (found.status, found.all_day, found.repeats, found.answer) == ("confirmed", False, False, None)


@pytest.mark.parametrize(
    ("lines", "start", "end", "all_day"),
    [
        (
            ["DTSTART:20251103T092200Z", "DTEND:20251103T100000Z"],
            "2025-11-03T09:22:00+00:00",
            "2025-11-03T10:00:00+00:00",
            False,
        ),
        (["DTSTART;TZID=Europe/Rome:20250703T102200"], "2025-07-03T10:22:00+02:00", None, False),
        (["DTSTART:20251103T102200", "DURATION:PT30M"], "2025-11-03T10:22:00", "2025-11-03T10:52:00", False),
        (["DTSTART;VALUE=DATE:20251103", "DTEND;VALUE=DATE:20251105"], "2025-11-03", "2025-11-04", True),
        (["DTSTART;VALUE=DATE:20251103", "DTEND;VALUE=DATE:20251104"], "2025-11-03", "2025-11-03", True),
        (["DTSTART;VALUE=DATE:20251103"], "2025-11-03", None, True),
        (["DTSTART:20251103T092200Z", "DTEND;VALUE=DATE:20251105"], "2025-11-03T09:22:00+00:00", None, False),
        (["DTSTART:yesterday"], None, None, False),
        (["SUMMARY:no time"], None, None, False),
        (["DTSTART;TZID=Nowhere/Land:20251103T102200"], "2025-11-03T10:22:00", None, False),
    ],
)
def test_times_of_a_meeting(lines, start, end, all_day):
    found = described(parse(mail(event(*lines))))["invitation"]
    assert (found["start"], found["end"], found["all_day"]) == (start, end, all_day)


def test_a_series_shows_its_first_meeting():
    one = "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20251110T092200Z\nSUMMARY:moved\nDTSTART:20251111T092200Z\nEND:VEVENT\n"
    two = "BEGIN:VEVENT\nUID:1\nSUMMARY:weekly\nRRULE:FREQ=WEEKLY\nDTSTART:20251103T092200Z\nEND:VEVENT\n"
    found = parse(mail(f"BEGIN:VCALENDAR\nMETHOD:REQUEST\n{one}{two}END:VCALENDAR\n")).invitation
    assert (found.summary, found.repeats) == ("weekly", True)


@pytest.mark.parametrize("method", ["CANCEL", "PUBLISH", "COUNTER"])
def test_the_method_is_told(method):
    found = parse(mail(event("SUMMARY:x", "STATUS:CANCELLED", method=method)))
    assert (found.invitation.method, found.invitation.status, found.auto) == (method.lower(), "cancelled", None)


def reply(answer: str, words: str, sender: str = "") -> bytes:
    calendar = event("SUMMARY:x", f"ATTENDEE;PARTSTAT={answer}:mailto:a@b.example", method="REPLY")
    return sender.encode() + mail(calendar, kind="text/calendar; method=REPLY", words=words)


def test_an_answer_to_an_invitation_is_no_letter():
    found = parse(reply("DECLINED", ""))
    assert (found.kind, found.auto, found.invitation.answer) == ("calendar_reply", "auto_reply", "declined")
    google = parse(reply("ACCEPTED", "Mario has accepted", "Sender: Calendar <calendar-notification@google.com>\n"))
    assert (google.kind, google.invitation.answer) == ("calendar_reply", "accepted")


def test_an_answer_with_words_is_a_letter():
    found = parse(reply("DECLINED", "Can we do it on Tuesday?"))
    assert (found.kind, found.auto, found.invitation.answer) == ("person", None, "declined")


def test_a_calendar_file_is_understood_and_kept():
    raw = mail(event("SUMMARY:x"), kind='application/octet-stream; name="meeting.ics"').replace(
        b"alternative", b"mixed"
    )
    found = parse(raw)
    assert (found.invitation.summary, [one.filename for one in found.attachments]) == ("x", ["meeting.ics"])


@pytest.mark.parametrize(
    "calendar",
    [
        "",
        "BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR\n",
        "BEGIN:VEVENT\nSUMMARY:x\n",
        "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\n" * 3000,
        "BEGIN:VTODO\nSUMMARY:x\nEND:VTODO\n",
        "\0\0\0",
    ],
)
def test_a_calendar_without_a_meeting_is_a_file_with_a_warning(calendar):
    found = parse(mail(calendar))
    assert (found.invitation, found.text, len(found.attachments)) == (None, "Come", 1)
    assert any("calendar entry" in warning for warning in found.warnings)


def test_a_calendar_beyond_its_limit_is_not_opened():
    assert parse(mail(event("SUMMARY:x", "DESCRIPTION:" + "x" * limits.MAX_CALENDAR_BYTES))).invitation is None


def test_texts_of_a_meeting_are_cut_to_one_line():
    found = parse(mail(event("SUMMARY:one\\ntwo\\, " + "x" * 5000, "LOCATION:a\\nb"))).invitation
    assert (len(found.summary), found.summary[:8], found.place) == (limits.MAX_INVITATION_CHARS, "one two,", "a b")


def test_a_zone_that_never_ends_takes_no_time():
    zone = "BEGIN:VTIMEZONE\nTZID:Z\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n"
    zone += "RRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n"
    calendar = event("DTSTART;TZID=Z:20251103T102200").replace("BEGIN:VEVENT", zone + "BEGIN:VEVENT")
    assert parse(mail(calendar)).invitation.start.date() == date(2025, 11, 3)
