"""Calendars are made, changed and deleted by administrators; everybody else meets nothing there."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ancora.parties.calendar_commands import change_calendar, create_calendar, delete_calendar
from ancora.parties.calendar_queries import calendar_of, calendar_with_schedule
from ancora.parties.commands import create_team
from ancora.parties.models import Calendar, CalendarHours, Team
from ancora.parties.opening_text import SpecialDay, read_hours
from ancora.parties.schedule import Schedule
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.models import StoredEvent
from ancora.testing.threads import Aside

PAGES = "/settings/calendars/"
OFFICE = Schedule("Europe/Rome", (read_hours("9–18"),) * 5 + ((), ()))
FORM = {
    "name": "Workshop",
    "time_zone": "Europe/Rome",
    "monday": "9–13, 14–18",
    "friday": "22:00–06:00",
    "country": "IT",
    "region": "TO",
    "days": "2026-12-24 09:00–12:00 Christmas Eve\n2026-08-10 – 2026-08-12 closed Summer break",
}
# A Thursday.
NOW = datetime(2026, 12, 3, 11, tzinfo=UTC)


@pytest.fixture
def office(cast):
    return create_calendar(name="Office hours", schedule=OFFICE, actor=SYSTEM)


@pytest.fixture
def workshop(office, cast, client_of):
    client_of(cast.anna).post(f"{PAGES}new/", FORM)
    return Calendar.objects.get(name="Workshop")


def test_nothing_there_yet_is_explained(cast, client_of):
    page = client_of(cast.anna).get(PAGES).text
    assert "No calendar yet" in page
    assert "A calendar says when you are at work" in page


def test_first_calendar_becomes_the_organisations(cast, client_of):
    assert client_of(cast.anna).post(f"{PAGES}new/", FORM)["Location"] == PAGES
    calendar, schedule = calendar_with_schedule(cast.anna, Calendar.objects.get().pk)
    assert (calendar.name, calendar.is_default, calendar.country, calendar.region) == ("Workshop", True, "IT", "TO")
    assert schedule.week == (read_hours("9–13, 14–18"), (), (), (), read_hours("22–6"), (), ())
    assert [day.on.isoformat() for day in schedule.days] == ["2026-08-10", "2026-08-11", "2026-08-12", "2026-12-24"]
    assert schedule.days[-1] == SpecialDay(date(2026, 12, 24), "Christmas Eve", read_hours("9–12"))


def test_what_was_saved_stands_in_the_form_again(workshop, cast, client_of):
    page = client_of(cast.anna).get(f"{PAGES}{workshop.pk}/").text
    for words in ("09:00–13:00, 14:00–18:00", "22:00–06:00", "2026-08-10 – 2026-08-12 closed Summer break"):
        assert words in page, words


def test_calendar_is_changed(workshop, cast, client_of):
    form = {**FORM, "name": "Night", "monday": "", "tuesday": "9–10", "days": "", "country": "", "region": ""}
    assert client_of(cast.anna).post(f"{PAGES}{workshop.pk}/", form).status_code == 302
    calendar, schedule = calendar_with_schedule(cast.anna, workshop.pk)
    assert (calendar.name, calendar.country, calendar.region) == ("Night", "", "")
    assert schedule.week[:2] == ((), read_hours("9–10"))
    assert schedule.days == ()
    assert CalendarHours.objects.filter(calendar=calendar).count() == 2


def test_another_takes_the_organisations_place(office, workshop, cast, client_of):
    client_of(cast.anna).post(f"{PAGES}{workshop.pk}/", {**FORM, "is_default": "on"})
    assert list(Calendar.objects.filter(is_default=True)) == [workshop]
    page = client_of(cast.anna).get(f"{PAGES}{workshop.pk}/").text
    assert 'name="is_default"' not in page
    client_of(cast.anna).post(f"{PAGES}{workshop.pk}/", FORM)
    assert Calendar.objects.get(is_default=True) == workshop


@pytest.mark.parametrize(
    ("field", "typed", "problem"),
    [
        ("tuesday", "nine to five", "“nine to five” cannot be read; write hours like 09:00–13:00."),
        ("friday", "9–13, 12–18", "09:00–13:00 and 12:00–18:00 overlap."),
        ("saturday", "05:00–12:00", "22:00–06:00 runs into the 05:00–12:00 of Saturday."),
        ("days", "2026-12-24\nsoon", "Line 2: it begins with “soon”, not with a date like 2026-12-24."),
        ("time_zone", "Europe/Atlantis", "Europe/Atlantis is not one of the available choices."),
        ("country", "QQ", "QQ is not one of the available choices."),
        ("region", "BY", "BY is not one of the available choices."),
        ("name", "OFFICE HOURS", "There is a calendar of this name already."),
    ],
)
def test_what_cannot_be_is_said_beside_it_and_nothing_is_saved(office, cast, client_of, field, typed, problem):
    answer = client_of(cast.anna).post(f"{PAGES}new/", {**FORM, field: typed})
    assert answer.status_code == 200
    assert problem in answer.text.replace("&#x27;", "'")
    assert Calendar.objects.count() == 1


def test_form_sent_twice_makes_one_calendar(office, cast, client_of):
    form = {**FORM, "form_key": str(uuid4())}
    for _ in range(2):
        assert client_of(cast.anna).post(f"{PAGES}new/", form).status_code == 302
    assert Calendar.objects.filter(name="Workshop").count() == 1


def test_next_days_are_shown_with_holidays_in_the_viewers_language(office, cast, client_of):
    form = {**FORM, "tuesday": "9–12"}
    with clock.at(NOW):
        english = client_of(cast.anna).post(f"{PAGES}preview/", form).text
        cast.anna.language = "it"
        cast.anna.save()
        italian = client_of(cast.anna).post(f"{PAGES}preview/", form).text
    assert "Closed, opens tomorrow 22:00" in english
    assert english.count("<li") == 14
    assert "Thursday 3 December" in english
    assert "Immaculate Conception" in english
    assert "Immacolata Concezione" in italian
    assert "giovedì 3 dicembre" in italian
    assert Calendar.objects.count() == 1


def test_preview_says_what_it_cannot_read(cast, client_of):
    page = client_of(cast.anna).post(f"{PAGES}preview/", {**FORM, "name": "", "monday": "early"}).text
    assert "Monday: “early” cannot be read; write hours like 09:00–13:00." in page
    assert "Name" not in page


def test_preview_bears_with_the_region_of_another_country(cast, client_of):
    with clock.at(NOW):
        page = client_of(cast.anna).post(f"{PAGES}preview/", {**FORM, "country": "DE"}).text
    assert page.count("<li") == 14


def test_regions_follow_the_country(cast, client_of):
    page = client_of(cast.anna).get(f"{PAGES}regions/", {"country": "DE"}).text
    assert "Bayern" in page
    assert "Torino" not in page
    assert "the whole country" in client_of(cast.anna).get(f"{PAGES}regions/", {"country": "QQ"}).text


@pytest.mark.parametrize(
    ("hours", "now", "words"),
    [
        ("9–18", "2026-12-03T11:00:00Z", "Open now, until 18:00"),
        ("9–18", "2026-12-03T17:30:00Z", "Closed, opens tomorrow 09:00"),
        ("9–18", "2026-12-04T17:30:00Z", "Closed, opens Monday 09:00"),
        ("9–18", "2026-12-03T06:00:00Z", "Closed, opens 09:00"),
        ("", "2026-12-03T06:00:00Z", "Closed, with nothing ahead for two years"),
    ],
)
def test_list_says_what_is_open_now(cast, client_of, hours, now, words):
    week = (read_hours(hours),) * 5 + ((), ())
    create_calendar(name="Office", schedule=Schedule("Europe/Rome", week), actor=SYSTEM)
    with clock.at(datetime.fromisoformat(now)):
        assert words in client_of(cast.anna).get(PAGES).text


def test_round_the_clock_is_closed_on_holidays_only(cast):
    always = Schedule("Europe/Rome", ((),) * 7, is_always_open=True, country="IT")
    calendar = create_calendar(name="Hotline", schedule=always, actor=SYSTEM)
    working_time = calendar_with_schedule(cast.anna, calendar.pk)[1].working_time()
    assert working_time.is_open(datetime(2026, 12, 6, 3, tzinfo=UTC))
    assert not working_time.is_open(datetime(2026, 12, 25, 12, tzinfo=UTC))


def test_only_an_unused_calendar_is_deleted(office, workshop, cast, client_of):
    anna = client_of(cast.anna)
    team = Team.objects.create(name="Repairs", calendar=workshop)
    answer = anna.post(f"{PAGES}{workshop.pk}/delete/", follow=True)
    assert "These teams go by this calendar: Repairs." in answer.text
    answer = anna.post(f"{PAGES}{office.pk}/delete/", follow=True)
    assert "This is the organisation&#x27;s calendar." in answer.text
    assert "Delete this calendar" not in answer.text
    assert Calendar.objects.count() == 2
    team.calendar = None
    team.save()
    assert anna.post(f"{PAGES}{workshop.pk}/delete/")["Location"] == PAGES
    assert list(Calendar.objects.all()) == [office]


def test_team_goes_by_its_own_calendar_or_the_organisations(office, workshop, cast, client_of):
    team = Team.objects.create(name="Repairs")
    assert calendar_of(team) == calendar_of(None) == office
    form = {"name": "Repairs", "is_active": "on", "calendar": workshop.pk}
    assert client_of(cast.anna).post(f"/settings/teams/{team.pk}/", form).status_code == 302
    team.refresh_from_db()
    assert calendar_of(team) == workshop
    assert "1 team" in client_of(cast.anna).get(PAGES).text


def test_strangers_and_colleagues_meet_nothing(workshop, cast, client_of):
    for person in (cast.lena, cast.stan, cast.olga):
        client = client_of(person)
        for page in ("", "new/", f"{workshop.pk}/", "regions/"):
            assert client.get(f"{PAGES}{page}").status_code == 404, page
        for page in ("new/", "preview/", f"{workshop.pk}/", f"{workshop.pk}/delete/"):
            assert client.post(f"{PAGES}{page}", FORM).status_code == 404, page
    for page in ("", "new/", f"{workshop.pk}/"):
        assert client_of().get(f"{PAGES}{page}")["Location"].startswith("/accounts/login/")
    assert client_of(cast.anna).get(f"{PAGES}999/").status_code == 404
    assert Calendar.objects.filter(name="Workshop").exists()


def test_what_is_looked_at_changes_nothing(workshop, cast, client_of):
    assert client_of(cast.anna).get(f"{PAGES}{workshop.pk}/delete/").status_code == 405
    assert client_of(cast.anna).get(f"{PAGES}preview/").status_code == 405


def test_changes_are_recorded(office, cast):
    change_calendar(office, name="Office", schedule=OFFICE, actor=SYSTEM)
    other = create_calendar(name="Other", schedule=OFFICE, actor=SYSTEM)
    delete_calendar(other, actor=SYSTEM)
    rows = StoredEvent.objects.filter(type="setting.changed", attrs__kind="calendar").order_by("id")
    assert [row.attrs["verb"] for row in rows] == ["created", "changed", "created", "deleted"]


def test_calendar_that_was_deleted_meanwhile_is_given_to_nobody(office, workshop, cast, client_of):
    gone = Calendar.objects.get(pk=workshop.pk)
    delete_calendar(workshop, actor=SYSTEM)
    with pytest.raises(Refusal, match="deleted meanwhile"):
        change_calendar(gone, name="Workshop", schedule=OFFICE, actor=SYSTEM)


@pytest.mark.parametrize("wrong", [{"weekday": 7}, {"weekday": None}, {"start": 1440, "end": 1500}, {"end": 540}])
def test_database_refuses_hours_of_no_day(office, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarHours.objects.create(calendar=office, **{"weekday": 6, "start": 540, "end": 600, **wrong})


def test_list_needs_the_same_queries_however_many(office, cast, client_of, django_assert_max_num_queries):
    client = client_of(cast.anna)
    days = (SpecialDay(date(2026, 12, 24), "Eve", read_hours("9–12")),)
    for number in range(20):
        schedule = Schedule("Europe/Rome", OFFICE.week, country="IT", days=days)
        calendar = create_calendar(name=f"Calendar {number}", schedule=schedule, actor=SYSTEM)
        Team.objects.create(name=f"Team {number}", calendar=calendar)
    with django_assert_max_num_queries(9):
        assert "Calendar 19" in client.get(PAGES).text


def test_two_who_make_one_calendar_at_once_do_not_both_succeed(office, cast):
    def make():
        return create_calendar(name="Workshop", schedule=OFFICE, is_default=True, actor=SYSTEM)

    with transaction.atomic():
        make()
        second = Aside(make)
        second.join(0.3)
        assert second.is_alive()
    with pytest.raises(Refusal, match="of this name already"):
        second.result()
    assert Calendar.objects.get(is_default=True).name == "Workshop"


def test_form_sent_twice_in_one_instant_makes_one_calendar(office, cast):
    key = uuid4()

    def make():
        return create_calendar(name="Workshop", schedule=OFFICE, form_key=key, actor=SYSTEM)

    with transaction.atomic():
        first, second = make(), Aside(make)
    assert second.result() == first


def test_calendar_is_not_deleted_while_a_team_is_given_it(office, workshop, cast):
    with transaction.atomic():
        create_team(name="Repairs", calendar=workshop, actor=SYSTEM)
        deletion = Aside(lambda: delete_calendar(workshop, actor=SYSTEM))
        deletion.join(0.3)
        assert deletion.is_alive()
    with pytest.raises(Refusal, match="Repairs"):
        deletion.result()
    assert Calendar.objects.filter(pk=workshop.pk).exists()
