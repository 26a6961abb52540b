"""Calendars for programs: what they say, whether it is open, when work is due."""

from datetime import date

import pytest

from ancora.parties.calendar_commands import create_calendar
from ancora.parties.models import Team
from ancora.parties.opening_text import SpecialDay, read_hours
from ancora.parties.schedule import Schedule
from ancora.platform.events.actors import SYSTEM

WEEK = (read_hours("9–13, 14–18"),) * 5 + ((), ())
EVE = SpecialDay(date(2026, 12, 24), "Christmas Eve", read_hours("9–12"))


@pytest.fixture
def office(cast):
    schedule = Schedule("Europe/Rome", WEEK, country="IT", region="TO", days=(EVE,))
    return create_calendar(name="Office hours", schedule=schedule, actor=SYSTEM)


def test_calendar_comes_whole_and_in_the_list(office, cast, program_of):
    program = program_of(cast.olga)
    found = program.get(f"/calendars/{office.pk}").json()
    assert found == {
        "id": office.pk,
        "name": "Office hours",
        "is_default": True,
        "time_zone": "Europe/Rome",
        "is_always_open": False,
        "week": ["09:00–13:00, 14:00–18:00"] * 5 + ["", ""],
        "country": "IT",
        "region": "TO",
        "special_days": [{"on": "2026-12-24", "name": "Christmas Eve", "hours": "09:00–12:00"}],
    }
    assert program.get("/calendars").json() == [found]


def test_calendar_of_a_team_is_told(office, cast, program_of):
    for name, calendar in (("Billing", None), ("Repairs", office)):
        Team.objects.create(name=name, calendar=calendar)
    assert [team["calendar"] for team in program_of(cast.stan).get("/teams").json()] == [None, office.pk]


@pytest.mark.parametrize(
    ("at", "is_open", "opens_at", "closes_at"),
    [
        ("2026-12-03T10:00:00+01:00", True, "2026-12-03T09:00:00Z", "2026-12-03T12:00:00Z"),
        ("2026-12-03T13:30:00+01:00", False, "2026-12-03T13:00:00Z", "2026-12-03T12:30:00Z"),
        ("2026-12-24T11:00:00Z", False, "2026-12-28T08:00:00Z", "2026-12-24T11:00:00Z"),
        ("2026-06-24T10:00:00+02:00", False, "2026-06-25T07:00:00Z", "2026-06-24T08:00:00Z"),
    ],
    ids=["at work", "at lunch", "before Christmas", "Saint John in Turin"],
)
def test_open_at_a_moment(office, cast, program_of, at, is_open, opens_at, closes_at):
    found = program_of(cast.stan).get(f"/calendars/{office.pk}/is_open", at=at).json()
    assert (found["is_open"], found["opens_at"], found["closes_at"]) == (is_open, opens_at, closes_at)


def test_open_now(office, cast, program_of):
    always = create_calendar(name="Hotline", schedule=Schedule("UTC", WEEK, is_always_open=True), actor=SYSTEM)
    found = program_of(cast.stan).get(f"/calendars/{always.pk}/is_open").json()
    assert (found["is_open"], found["closes_at"], found["opens_at"]) == (True, None, found["at"])


@pytest.mark.parametrize(
    ("since", "minutes", "due_at"),
    [
        ("2026-12-03T12:30:00+01:00", 60, "2026-12-03T13:30:00Z"),
        ("2026-12-23T17:30:00+01:00", 240, "2026-12-28T08:30:00Z"),
        ("2026-12-05T12:00:00Z", 0, "2026-12-05T12:00:00Z"),
    ],
)
def test_due_at(office, cast, program_of, since, minutes, due_at):
    query = {"from": since, "minutes": minutes}
    answer = program_of(cast.stan).get(f"/calendars/{office.pk}/due_at", **query)
    assert answer.json() == {"due_at": due_at}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-12-03T12:30:00", "minutes": 60}, "from"),
        ({"from": "soon", "minutes": 60}, "from"),
        ({"minutes": 60}, "from"),
        ({"from": "2026-12-03T12:30:00Z", "minutes": -1}, "minutes"),
        ({"from": "2026-12-03T12:30:00Z", "minutes": 527_041}, "minutes"),
        ({"from": "2026-12-03T12:30:00Z"}, "minutes"),
    ],
)
def test_due_at_names_what_it_does_not_understand(office, cast, program_of, query, field):
    answer = program_of(cast.stan).get(f"/calendars/{office.pk}/due_at", **query)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("since", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1066-10-14T00:00:00Z"])
def test_moments_of_other_ages_are_refused(office, cast, program_of, since):
    program = program_of(cast.stan)
    for answer in (
        program.get(f"/calendars/{office.pk}/due_at", **{"from": since, "minutes": 1}),
        program.get(f"/calendars/{office.pk}/is_open", at=since),
    ):
        assert (answer.status_code, answer.json()["detail"]) == (422, "Calendars go from 1970 to 2199.")


def test_calendar_that_never_opens_has_no_due_moment(cast, program_of):
    never = create_calendar(name="Never", schedule=Schedule("UTC", ((),) * 7), actor=SYSTEM)
    query = {"from": "2026-12-03T12:30:00Z", "minutes": 1}
    answer = program_of(cast.stan).get(f"/calendars/{never.pk}/due_at", **query)
    assert answer.status_code == 422
    assert "does not hold so much working time" in answer.json()["detail"]
    found = program_of(cast.stan).get(f"/calendars/{never.pk}/is_open").json()
    assert (found["is_open"], found["opens_at"]) == (False, None)


def test_strangers_meet_nothing(office, cast, program_of):
    for path in ("", f"/{office.pk}", f"/{office.pk}/is_open", f"/{office.pk}/due_at"):
        assert program_of().get(f"/calendars{path}").status_code == 401
    for path in ("999", "999/is_open"):
        assert program_of(cast.anna).get(f"/calendars/{path}").status_code == 404


def test_list_needs_the_same_queries_however_many(cast, program_of, django_assert_max_num_queries):
    program = program_of(cast.stan)
    for number in range(20):
        create_calendar(name=f"Calendar {number}", schedule=Schedule("UTC", WEEK, days=(EVE,)), actor=SYSTEM)
    program.get("/calendars")
    with django_assert_max_num_queries(7):
        assert len(program.get("/calendars").json()) == 20
