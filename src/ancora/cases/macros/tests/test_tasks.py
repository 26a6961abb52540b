"""Macros give tasks: as from the form, together with what is written, once, and taken back with it."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from ancora.cases import commands
from ancora.cases.bulk.wanted import require_wanted
from ancora.cases.macros.changes import Change
from ancora.cases.macros.queries import changes_of, suggestion
from ancora.cases.macros.tests.test_using import reply
from ancora.cases.macros.using import take_changes_back, use_macro
from ancora.cases.models import Case, Macro, Task, TaskPlan
from ancora.cases.tasks.plans import due_of
from ancora.cases.tasks.tests.conftest import otto
from ancora.conversations.models import Message
from ancora.parties.calendar_commands import create_calendar
from ancora.parties.calendar_queries import Schedule
from ancora.parties.models import Team
from ancora.parties.working_time import Hours
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.queries import events_about

__all__ = ["otto"]
ROME = ZoneInfo("Europe/Rome")


@pytest.fixture
def repairs(db):
    return Team.objects.create(name="Repairs")


def words(cast, shop, macro) -> list[str]:
    return [one.words for one in suggestion(cast.anna, shop.case, macro).changes]


def test_task_is_seen_before_and_given_with_the_reply_once(written, shop, cast, repairs):
    what = "Look at the grinder of {first name}\nCase {case number} & {agent}, {subject|no subject}"
    macro = written(task=TaskPlan(what=what, team=repairs, amount=2, unit="days"), priority=4)
    said = "Task for Repairs, due in 2 working days: Look at the grinder of Carla"
    assert words(cast, shop, macro) == ["Priority: urgent", said]
    assert not Task.objects.exists()
    key = uuid4()
    for _twice in range(2):
        reply(shop, cast, changes=changes_of(macro), macro_ids=[macro.pk], key=key)
    task = Task.objects.get()
    assert (task.title, task.team, task.author) == ("Look at the grinder of Carla", repairs, cast.anna)
    assert task.text == f"Case #{shop.case.reference} & {cast.anna.name}, The grinder leaks"
    assert task.due_at is not None
    [event] = events_about("task", task.pk, types=["task.created"])
    assert ("team_id", "team", repairs.pk) in event.objects


def test_owner_of_the_case_gets_it_after_the_macro_named_one(written, shop, cast):
    macro = written(task=TaskPlan(what="Call back"), owning="me")
    assert words(cast, shop, macro) == ["Owner: me", "Task for the owner of the case: Call back"]
    use_macro(shop.case, macro, author=cast.stan)
    assert Task.objects.get().person == cast.stan
    alone = written("Alone", task=TaskPlan(what="Call back"))
    commands.assign_case(shop.case, owner=None, actor=Actor.human(cast.stan))
    [told] = suggestion(cast.anna, shop.case, alone).changes
    assert told.problem == "Nobody owns the case."
    with pytest.raises(Refusal, match="Nobody owns the case"):
        use_macro(shop.case, alone, author=cast.stan)


def test_third_party_is_written_to_and_that_is_not_taken_back(written, shop, cast, otto):
    macro = written(task=TaskPlan(what="Fetch it\nAt {organisation}", third_party=otto), priority=1)
    done = use_macro(shop.case, macro, author=cast.stan, form_key=uuid4())
    message = Message.objects.get(direction="out")
    assert (message.subject, message.author) == ("Fetch it", cast.stan)
    assert done.back == []


def test_what_was_done_at_once_is_taken_back_with_its_task_and_nobody_elses(written, shop, cast, repairs):
    macro = written(task=TaskPlan(what="Look", team=repairs), priority=4)
    done = use_macro(shop.case, macro, author=cast.anna, form_key=uuid4())
    back = [Change.read(code) for code in done.back]
    with pytest.raises(Refusal):
        take_changes_back(shop.case, back, version=done.version, author=cast.stan)
    with pytest.raises(Refusal, match="no longer offered"):
        reply(shop, cast, changes=[one for one in back if one.kind == "untask"])
    take_changes_back(shop.case, back, version=done.version, author=cast.anna)
    assert Task.objects.get().state == "cancelled"
    assert Case.objects.get(pk=shop.case.pk).priority == 2


def test_who_gets_none_is_refused_when_saved_and_told_when_it_happens_later(written, shop, cast, repairs, otto):
    macro = written(text="Dear {first name}", task=TaskPlan(what="Look", team=repairs))
    Team.objects.filter(pk=repairs.pk).update(is_active=False)
    repairs.is_active = otto.is_active = cast.stan.is_active = False
    for whom in ({"team": repairs}, {"third_party": otto}, {"person": cast.stan}, {"person": cast.olga}):
        with pytest.raises(
            Refusal,
            match=r"The task cannot be given: (.* is no longer in use|.* no longer works here|Observers get no tasks)",
        ):
            written("No", task=TaskPlan(what="Look", **whom))
    [told] = suggestion(cast.anna, shop.case, Macro.objects.get(pk=macro.pk)).changes
    assert told.problem == "Repairs is no longer in use."
    with pytest.raises(Refusal, match="“Task for Repairs: Look” is not possible: Repairs is no longer in use"):
        reply(shop, cast, changes=changes_of(macro))
    assert not Message.objects.filter(direction="out").exists()


@pytest.mark.parametrize(
    ("what", "why"), [(" \n", "Say what"), ("Call {frist name}", "{frist name} is no"), ("x" * 2001, "too long")]
)
def test_what_is_no_task_is_refused(written, shop, what, why):
    with pytest.raises(Refusal, match=why):
        written(text="x", task=TaskPlan(what=what))


def test_codes_cannot_be_guessed_and_are_no_bulk_change(written, shop, cast, repairs):
    macro = written(task=TaskPlan(what="Look", team=repairs))
    assert macro.task_id >= 10**17
    assert written("Same", task=TaskPlan(what="Look", team=repairs)).task == macro.task
    with pytest.raises(Refusal, match="no longer in use"):
        reply(shop, cast, changes=[Change("task", "12")])
    with pytest.raises(Refusal, match="no longer offered"):
        require_wanted([macro.task.code])


def test_due_after_working_hours_and_at_the_end_of_a_working_day(shop, repairs):
    office = ((Hours(9 * 60, 17 * 60),),) * 5 + ((), ())
    create_calendar(name="Office", schedule=Schedule("Europe/Rome", office), actor=SYSTEM)
    friday = datetime(2026, 11, 27, 16, tzinfo=ROME)

    def due(amount, unit):
        return due_of(TaskPlan(what="x", team=repairs, amount=amount, unit=unit), shop.case, friday)

    assert due(3, "hours") == datetime(2026, 11, 30, 11, tzinfo=ROME)
    assert due(1, "days") == datetime(2026, 11, 30, 17, tzinfo=ROME)
    assert due(6, "days") - due(1, "days") == timedelta(days=7)
    assert due_of(TaskPlan(what="x", team=repairs), shop.case, friday) is None
