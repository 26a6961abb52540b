"""The story, played through the real commands, ends as its scripts say."""

from datetime import UTC, datetime

import pytest

from ancora.cases.macros.queries import usable_macros
from ancora.cases.models import Case, Notification
from ancora.conftest import working_with
from ancora.conversations.models import Arrival, ArrivalState
from ancora.demo.company import story
from ancora.demo.play import NEWS, play
from ancora.parties.calendar_queries import calendar_of, schedule_of
from ancora.parties.models import Team
from ancora.platform.accounts.models import User

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def played(databases, django_db_blocker):
    """Once for all, who only look at it."""
    with databases.clone() as name, django_db_blocker.unblock(), working_with(databases, name):
        play(NOW, smtp_port=8025, progress=lambda done, every: None)
        yield story(NOW)


def test_every_case_ends_as_its_script_says(played):
    found = {}
    for case in Case.objects.select_related("owner", "team"):
        status = f"waiting_{case.waiting_on}" if case.status == "waiting" else case.status
        found[case.subject] = (status, case.owner.name if case.owner else None, case.team.name)
    wrong = []
    for script in played.cases:
        owner = played.people[script.owner].name if script.owner else None
        if found.get(script.subject) != (script.status, owner, script.team):
            wrong.append((script.key, (script.status, owner, script.team), found.get(script.subject)))
    assert Case.objects.count() == 150
    assert wrong == []


def test_its_macros_are_there_for_whom_they_are(played):
    people = {person.email.partition("@")[0]: person for person in User.objects.all()}
    names = [macro.name for macro in usable_macros(people["anna.ferri"])]
    assert names[:2] == ["Where is my parcel", "Descaling, step by step"]
    assert names[-1] == "Did it help?"
    assert "Refund is on its way" not in {macro.name for macro in usable_macros(people["tom.hadley"])}
    texts = [macro.texts for macro in usable_macros(people["anna.ferri"]) if macro.has_text]
    assert sum("it" in every for every in texts) >= 5


def test_no_mail_of_the_story_is_left_behind(played):
    assert not Arrival.objects.exclude(state=ArrivalState.DONE).exists()
    assert not Arrival.objects.filter(outcome__in=["ignored", "duplicate"]).exists()


def test_office_is_closed_on_the_holiday_of_its_town_and_the_weekend_is_served(played):
    repairs, billing = Team.objects.get(name="Repairs"), Team.objects.get(name="Billing")
    office, weekend = (schedule_of(calendar_of(team)).working_time() for team in (billing, repairs))
    saint_john, saturday = datetime(2027, 6, 24, 8, tzinfo=UTC), datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert [office.is_open(NOW), office.is_open(saint_john), office.is_open(saturday)] == [True, False, False]
    assert [weekend.is_open(saint_john), weekend.is_open(saturday)] == [True, True]


def test_only_what_is_new_is_unread_under_the_bell(played):
    assert Notification.objects.filter(at__lt=NOW - NEWS).count() > 20
    assert not Notification.objects.filter(read_at=None, at__lt=NOW - NEWS).exists()
