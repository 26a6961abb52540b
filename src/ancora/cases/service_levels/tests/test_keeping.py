"""The clocks of real cases: what mails, answers and changes do to them, what is told, and what a new policy moves."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ancora.cases import subscribers
from ancora.cases.commands import (
    change_customer_of_case,
    mark_as_spam,
    reopen_case,
    reply_to_case,
    resolve_case,
    restore_case,
    set_priority,
    wait_on,
)
from ancora.cases.events import CaseContinued
from ancora.cases.models import Case, CaseClocks, ClockRun, Outcome, ServicePolicy
from ancora.cases.queries import timeline
from ancora.cases.service_levels.keeping import keep_clocks, tell_clocks
from ancora.cases.service_levels.policies import Book, delete_policy, save_policy
from ancora.cases.service_levels.reading import hands_of
from ancora.cases.service_levels.runs import go_on_with
from ancora.cases.tests import merged
from ancora.cases.tests.merged import three
from ancora.cases.tests.test_road import letter
from ancora.platform import clock
from ancora.platform.events.actors import Actor
from ancora.platform.events.dispatcher import drain
from ancora.platform.events.publishing import Published
from ancora.platform.events.registry import want_to_be_alone

__all__ = ["three"]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TARGETS = {"2": {"first_response": 60, "next_response": 120, "resolution": 480}, "4": {"first_response": 30}}


@pytest.fixture
def policy(cast) -> ServicePolicy:
    """Round the clock, as there is no calendar."""
    return save_policy(ServicePolicy(name="Usual", targets=TARGETS), actor=Actor.human(cast.anna))


@pytest.fixture
def case(policy, mailbox, arrive) -> Case:
    arrive(letter(), mailbox)
    drain()
    return Case.objects.get()


@pytest.fixture
def marco(cast) -> Actor:
    return Actor.human(cast.marco)


def shown(case: Case) -> dict[str, tuple[str, timedelta | None]]:
    """By clock: its state, and how far from the beginning of the case it is due."""
    drain()
    fresh = Case.objects.select_related("clocks").get(pk=case.pk)
    return {
        one.kind.value: (one.state, one.due_at and round((one.due_at - fresh.opened_at) / MINUTE))
        for one in hands_of(fresh)
    }


def answer(case: Case, cast, *, after: timedelta = timedelta()) -> None:
    with clock.at(clock.now() + after):
        to = [("Carla", "carla@customers.example")]
        reply_to_case(case, html="<p>It is on its way.</p>", to=to, author=cast.marco)


def told(case: Case) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT type FROM event WHERE type LIKE 'sla.%' ORDER BY id")
        return [kind for (kind,) in cursor.fetchall()]


def test_case_without_policy_has_no_clocks(cast, mailbox, arrive):
    arrive(letter(), mailbox)
    drain()
    assert not CaseClocks.objects.exists()


def test_mail_starts_the_clocks_an_answer_stops_one_and_the_end_all(case, cast, marco):
    assert shown(case) == {"first_response": ("calm", 60), "resolution": ("calm", 480)}
    answer(case, cast)
    assert shown(case) == {"resolution": ("calm", 480)}
    resolve_case(case, outcome=Outcome.objects.create(label="Solved"), actor=marco)
    assert shown(case) == {}
    assert CaseClocks.objects.get().due_at is None
    reopen_case(case, actor=marco)
    assert [*shown(case)] == ["resolution"]


def test_clocks_stand_still_while_the_case_waits_on_the_customer_and_for_nobody_else(case, marco):
    wait_on(case, on="third_party", actor=marco)
    assert shown(case)["resolution"] == ("calm", 480)
    with clock.at(clock.now() + HOUR / 2):
        wait_on(case, on="customer", actor=marco)
    with clock.at(clock.now() + 3 * HOUR):
        assert shown(case) == {"first_response": ("paused", None), "resolution": ("paused", None)}
        [one, _other] = hands_of(Case.objects.select_related("clocks").get())
        assert round(one.stood_still / MINUTE) == 150
        reopen_case(case, actor=marco)
        assert shown(case) == {"first_response": ("calm", 210), "resolution": ("calm", 630)}


def test_priority_and_spam_move_the_clocks(case, marco):
    set_priority(case, priority=4, actor=marco)
    assert shown(case) == {"first_response": ("calm", 30)}
    mark_as_spam(case, actor=marco)
    assert shown(case) == {}
    restore_case(case, actor=marco)
    assert [*shown(case)] == ["first_response"]
    set_priority(case, priority=1, actor=marco)
    assert shown(case) == {}


def test_merged_case_has_no_clocks_and_the_other_one_waits_since_the_older_message(policy, three):
    drain()
    merged.merge(1001, 1003, three)
    assert shown(merged.case(1001)) == {}
    survivor = merged.case(1003)
    row = CaseClocks.objects.get(case=survivor)
    assert row.hands[0]["started"] == merged.case(1001).opened_at.isoformat()
    merged.undo(1001, three)
    assert [*shown(merged.case(1001))] == ["first_response", "resolution"]


def test_each_warning_and_breach_is_told_once_and_stands_in_the_timeline(case, cast):
    assert tell_clocks() == 0
    with clock.at(clock.now() + 50 * MINUTE):
        assert (tell_clocks(), tell_clocks()) == (1, 0)
        assert shown(case)["first_response"][0] == "near"
    with clock.at(clock.now() + 61 * MINUTE):
        assert (tell_clocks(), tell_clocks()) == (1, 0)
        assert shown(case)["first_response"][0] == "late"
    assert told(case) == ["sla.warned", "sla.breached"]
    words = [entry.change.text for entry in timeline(cast.anna, case) if entry.change]
    assert any(one.startswith("First answer not in time: it was due ") for one in words)


def test_breach_is_told_also_when_the_answer_came_before_the_minute_of_telling(case, cast):
    answer(case, cast, after=61 * MINUTE)
    with clock.at(clock.now() + 62 * MINUTE):
        drain()
        tell_clocks()
    assert told(case) == ["sla.breached"]


def test_clock_that_a_higher_priority_moves_into_the_past_is_told_though_something_was_told_later(case, marco):
    with clock.at(clock.now() + 50 * MINUTE):
        tell_clocks()
        set_priority(case, priority=4, actor=marco)
        drain()
        keep_clocks([case.pk])
        assert (tell_clocks(), tell_clocks()) == (1, 0)
    assert told(case) == ["sla.warned", "sla.breached"]


def test_answer_in_time_that_nobody_has_counted_yet_is_not_told_as_late(case, cast):
    answer(case, cast, after=59 * MINUTE)
    with clock.at(clock.now() + 61 * MINUTE):
        tell_clocks()
    assert told(case) == []


def test_keeping_twice_changes_nothing(case):
    before = CaseClocks.objects.values().get()
    keep_clocks([case.pk])
    keep_clocks([case.pk, case.pk])
    assert CaseClocks.objects.values().get() == before


def test_changed_policy_moves_all_open_cases_in_steps_that_can_be_taken_up_again(policy, three, monkeypatch):
    drain()
    monkeypatch.setattr("ancora.cases.service_levels.runs.STEP", 2)
    policy.targets = {"2": {"first_response": 90}}
    save_policy(policy, actor=Actor.human(three.anna))
    run = ClockRun.objects.latest("pk")
    go_on_with(run.pk)
    run.refresh_from_db()
    assert (run.done, run.total, run.finished_at) == (2, 3, None)
    assert [shown(merged.case(one))["first_response"][1] for one in (1001, 1002, 1003)] == [90, 90, 60]
    go_on_with(run.pk)
    go_on_with(run.pk)
    run.refresh_from_db()
    assert (run.done, run.finished_at is not None) == (3, True)
    assert shown(merged.case(1003)) == {"first_response": ("calm", 90)}
    delete_policy(policy, actor=Actor.human(three.anna))
    go_on_with(ClockRun.objects.latest("pk").pk)
    go_on_with(ClockRun.objects.latest("pk").pk)
    assert shown(merged.case(1001)) == {}


def test_first_policy_that_fits_counts(policy, case, cast, mailbox):
    mine = ServicePolicy(name="This mailbox", position=0, mailbox=mailbox, targets={"2": {"first_response": 15}})
    save_policy(mine, actor=Actor.human(cast.anna))
    keep_clocks([case.pk])
    assert shown(case) == {"first_response": ("calm", 15)}
    assert transaction.get_connection().in_atomic_block or CaseClocks.objects.get().policy == mine


def test_only_what_may_stop_a_late_clock_holds_its_case_and_is_delivered_alone(case):
    name = "ancora.cases.subscribers.clocks_of_cases"
    answered = CaseContinued(case_id=case.pk, message_id=1, direction="out")
    asked = CaseContinued(case_id=case.pk, message_id=1, direction="in")
    assert want_to_be_alone(name, [answered, asked]) == [False, False]
    with clock.at(clock.now() + 61 * MINUTE), CaptureQueriesContext(connection) as queries:
        assert want_to_be_alone(name, [answered, asked, answered]) == [True, False, True]
    assert len(queries) == 1


def test_a_batch_asks_once_and_a_policy_counts_from_the_next_event_on(case, cast):
    def ask(*cases) -> int:
        with CaptureQueriesContext(connection) as queries:
            subscribers.clocks_of_cases([_continued(pk) for pk in cases])
        return len(queries)

    CaseClocks.objects.all().delete()
    ServicePolicy.objects.all().delete()
    assert ask(case.pk, case.pk, case.pk + 1) == 1
    save_policy(ServicePolicy(name="All", targets={"2": {"first_response": 60}}), actor=Actor.human(cast.anna))
    ask(case.pk, case.pk)
    assert set(shown(case)) == {"first_response"}


def _continued(case_id: int) -> Published:
    event = CaseContinued(case_id=case_id, message_id=1, direction="in")
    return Published(1, event, Actor("customer", 1), clock.now())


def test_groups_of_customers_and_channels_are_promised_something_of_their_own(policy, case, cast, mailbox, arrive):
    anna, hotels = Actor.human(cast.anna), ["sara@bar.example", "hotel.example"]
    targets = {"2": {"first_response": 15}}
    save_policy(ServicePolicy(name="Hotels", position=0, customers=hotels, targets=targets), actor=anna)
    save_policy(ServicePolicy(name="Calls", position=0, channel="phone", targets=targets), actor=anna)
    due = []
    for sender in ("sara@bar.example", "Tom@Desk.Hotel.Example", "tom@otherhotel.example", "other@bar.example"):
        arrive(letter(sender=f"X <{sender}>", message_id=f"<{sender}>"), mailbox)
        due.append(shown(Case.objects.latest("pk"))["first_response"][1])
    assert due == [15, 15, 60, 60]
    # A case that turns out to be a hotel's.
    hotel = Case.objects.order_by("pk")[2].customer
    change_customer_of_case(case, customer=hotel, author=cast.anna)
    assert shown(case)["first_response"] == ("calm", 15)
    case.channel, case.customer_id = "phone", 0
    assert Book().policy_for(case).name == "Calls"
