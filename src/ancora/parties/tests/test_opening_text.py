"""Hours and days are read as people type them, and what is wrong is said with its place."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancora.parties.opening_text import (
    SpecialDay,
    Unreadable,
    read_days,
    read_hours,
    write_days,
    write_hours,
)
from ancora.parties.working_time import Hours


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("09:00–13:00, 14:00–18:00", "09:00–13:00, 14:00–18:00"),
        ("14-18; 9.30-13", "09:30–13:00, 14:00–18:00"),
        ("9:00 - 12:00,12:00—13:00", "09:00–12:00, 12:00–13:00"),
        ("22–6", "22:00–06:00"),
        ("18:00–0:00", "18:00–24:00"),
        ("0–24", "00:00–24:00"),
        ("9–13, ", "09:00–13:00"),
        ("  ", ""),
        ("Closed", ""),
        ("–", ""),
    ],
)
def test_hours_are_read(text, written):
    assert write_hours(read_hours(text)) == written


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nine to five", "“nine to five” cannot be read; write hours like 09:00–13:00."),
        ("09:00–13:00, 14:00", "“14:00” cannot be read; write hours like 09:00–13:00."),
        ("9–25", "There is no 25:00; a day goes from 00:00 to 24:00."),
        ("9:75–10", "There is no 9:75; a day goes from 00:00 to 24:00."),
        ("9–9", "“9–9” has no length; the whole day is 00:00–24:00."),
        ("24–3", "“24–3” begins at 24:00; write it as 00:00 of the next day."),
        ("09:00–13:00, 12:00–18:00", "09:00–13:00 and 12:00–18:00 overlap."),
    ],
)
def test_hours_that_cannot_be_read_say_why(text, problem):
    with pytest.raises(Unreadable) as error:
        read_hours(text)
    assert str(error.value) == problem


def test_days_are_read():
    text = """
    2026-12-24 09:00–12:00, 14-16 Christmas Eve
    2026-08-10 – 2026-08-11: closed Summer break
    2026-12-31
    2026-11-02 Fiera di San Martino
    """
    afternoon = (Hours(540, 720), Hours(840, 960))
    assert read_days(text) == (
        SpecialDay(date(2026, 8, 10), "Summer break"),
        SpecialDay(date(2026, 8, 11), "Summer break"),
        SpecialDay(date(2026, 11, 2), "Fiera di San Martino"),
        SpecialDay(date(2026, 12, 24), "Christmas Eve", afternoon),
        SpecialDay(date(2026, 12, 31)),
    )
    assert write_days(read_days(text)).splitlines()[0] == "2026-08-10 – 2026-08-11 closed Summer break"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("24/12/2026", "Line 1: it begins with “24/12/2026”, not with a date like 2026-12-24."),
        ("\n2026-02-30 closed", "Line 2: there is no day 2026-02-30."),
        ("1066-10-14 closed", "Line 1: 1066-10-14 is not in this age; calendars go from 1970 to 2199."),
        ("2026-12-24 9–noon", "Line 1: “9–noon” cannot be read; write hours like 09:00–13:00."),
        ("2026-12-24 9-12:75 Eve", "Line 1: There is no 12:75; a day goes from 00:00 to 24:00."),
        ("2026-12-24 9–12, 11–13", "Line 1: 09:00–12:00 and 11:00–13:00 overlap."),
        ("2026-12-24\n2026-12-23 – 2026-12-26", "Line 2: 2026-12-24 stands in line 1 already."),
        ("2026-12-24 – 2026-12-01", "Line 1: 2026-12-01 is before 2026-12-24."),
        ("2026-01-01 – 2028-01-01", "Line 1: from 2026-01-01 to 2028-01-01 is more than a year."),
        ("2026-12-24 closed " + "x" * 81, "Line 1: the name is longer than 80 characters."),
    ],
)
def test_days_that_cannot_be_read_name_the_line(text, problem):
    with pytest.raises(Unreadable) as error:
        read_days(text)
    assert str(error.value) == problem


def test_too_many_days_are_refused():
    text = "\n".join(f"{year}-01-01 – {year}-12-31 closed" for year in (2026, 2027, 2028))
    with pytest.raises(Unreadable, match="These are 1096 days"):
        read_days(text)


starts = st.integers(0, 1439)
hours = st.builds(lambda start, length: Hours(start, start + length), starts, st.integers(1, 1439))
names = st.sampled_from(["", "Inventory", "St. Martin's fair", "closed early", "9 to 5 day"])
days = st.builds(
    SpecialDay,
    st.dates(date(2020, 1, 1), date(2020, 3, 1)),
    names,
    hours.map(lambda one: (one,)) | st.just(()),
)


@given(hours)
def test_hours_come_back_as_they_were(one):
    assert read_hours(write_hours([one])) == (one,)


@given(st.lists(days, unique_by=lambda day: day.on))
def test_days_come_back_as_they_were(some):
    assert read_days(write_days(some)) == tuple(sorted(some, key=lambda day: day.on))


@given(st.text() | st.text("0123456789-–:., closed\n"))
def test_whatever_is_typed_is_read_or_refused(text):
    for read in (read_hours, read_days):
        with suppress(Unreadable):
            assert isinstance(read(text), tuple)
