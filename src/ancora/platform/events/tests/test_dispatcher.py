"""Events reach their subscribers after commit: at least once, each failure by itself, shown and tried again."""

import threading
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.dispatcher import LONGEST_WAIT, dispatch_pending, drain
from ancora.platform.events.models import EventDelivery
from ancora.platform.events.publishing import publish
from ancora.platform.events.queries import failed_deliveries
from ancora.platform.events.tests.examples import WHEN, Chosen, Gathered, Heard, Kept, Tried, ears, one, record
from ancora.testing.threads import Aside


def _fail_on(case_id: int, error: Exception):
    def react(published):
        if published.event.case_id == case_id:
            raise error

    ears.reaction = react


def _make_due() -> None:
    EventDelivery.objects.update(next_at=clock.now() - timedelta(seconds=1))


def test_subscriber_gets_the_event_as_it_was_after_commit(db):
    with transaction.atomic():
        pk = publish(Heard(case_id=7), actor=Actor("human", 3), at=WHEN)
        assert Aside(drain).result() == 0
    assert drain() == 1
    (published,) = ears.heard
    assert (published.id, published.event, published.actor) == (pk, Heard(case_id=7), Actor("human", 3))
    assert published.occurred_at == WHEN
    assert drain() == 0


def test_what_a_subscriber_does_not_want_makes_no_delivery(db):
    for case_id in range(1, 5):
        record(Chosen(case_id=case_id))
    assert EventDelivery.objects.count() == 2
    drain()
    assert [published.event.case_id for published in ears.heard] == [1, 3]


def test_failure_keeps_its_error_and_time_while_the_others_go_through(db):
    for case_id in range(1, 6):
        record(Heard(case_id=case_id))
    _fail_on(3, ValueError("three is too many\0"))
    assert dispatch_pending() == 5
    # Together as far as it goes; then each by itself.
    assert [published.event.case_id for published in ears.heard] == [1, 2, 3, 1, 2, 3, 4, 5]
    left = EventDelivery.objects.get()
    assert (left.attempts, left.error) == (1, "ValueError: three is too many")
    assert timedelta(seconds=50) < left.next_at - clock.now() <= timedelta(minutes=1)
    assert failed_deliveries() == 1
    assert dispatch_pending() == 0
    ears.__init__()
    _make_due()
    assert dispatch_pending() == 1
    assert [published.event.case_id for published in ears.heard] == [3]
    assert failed_deliveries() == 0


def test_waits_grow_and_never_end(db):
    record(Heard(case_id=3))
    _fail_on(3, ValueError("no"))
    waits = []
    for _attempt in range(12):
        _make_due()
        drain()
        waits.append(EventDelivery.objects.get().next_at - clock.now())
    assert [round(wait.total_seconds() / 60) for wait in waits[:5]] == [1, 2, 4, 8, 16]
    assert waits[-1] <= LONGEST_WAIT
    assert EventDelivery.objects.get().attempts == 12


def test_what_a_failing_subscriber_wrote_is_undone(db):
    def write_and_fail(published):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE event_delivery SET attempts = 99")
            cursor.execute("SELECT 1 / 0")

    ears.reaction = write_and_fail
    record(Heard(case_id=1))
    drain()
    assert EventDelivery.objects.get().attempts == 1
    assert "division by zero" in EventDelivery.objects.get().error


def test_what_a_batch_wrote_before_one_failed_is_written_once(db):
    for case_id in (1, 2, 3):
        record(Heard(case_id=case_id))

    def write(published):
        if published.event.case_id == 3:
            raise ValueError("no")
        publish(Tried(case_id=published.event.case_id), actor=SYSTEM)

    ears.reaction = write
    assert dispatch_pending() == 3
    assert one(
        "SELECT array_agg(o.object_id ORDER BY 1) FROM event_object o JOIN event e ON e.id = o.event_id"
        " WHERE e.type = 'test.tried'"
    ) == [1, 2]


def test_error_that_a_subscriber_swallowed_costs_only_its_own_delivery(db):
    """The statement failed and with it the whole transaction, though nobody says so."""
    for case_id in (1, 2, 3):
        record(Heard(case_id=case_id))

    def swallow(published):
        if published.event.case_id == 2:
            with suppress(DatabaseError):
                one("SELECT 1 / 0")

    ears.reaction = swallow
    assert dispatch_pending() == 3
    assert one("SELECT array_agg(attempts) FROM event_delivery") == [1]


def test_what_fails_only_as_it_is_committed_is_the_fault_of_one(db):
    for case_id in (1, 2, 3):
        record(Heard(case_id=case_id))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE promised (id bigint PRIMARY KEY, of bigint REFERENCES promised DEFERRABLE INITIALLY DEFERRED)"
        )

    def promise(published):
        case_id = published.event.case_id
        one("INSERT INTO promised VALUES (%s, %s) RETURNING 1", case_id, 99 if case_id == 2 else case_id)

    ears.reaction = promise
    assert dispatch_pending() == 3
    assert one("SELECT array_agg(id ORDER BY id) FROM promised") == [1, 3]
    assert "promised" in EventDelivery.objects.get().error


def test_what_is_taken_together_is_handed_over_at_once_and_after_a_failure_one_by_one(db):
    for case_id in (1, 2, 3):
        record(Gathered(case_id=case_id))
    _fail_on(2, ValueError("no"))
    assert dispatch_pending() == 3
    assert ears.heard == [[1, 2, 3], [1], [2], [3]]
    assert EventDelivery.objects.get().error == "ValueError: no"


def test_batch_has_no_savepoints(db, django_assert_num_queries):
    for case_id in range(1, 21):
        record(Heard(case_id=case_id))
    # BEGIN, taking, putting away, COMMIT.
    with django_assert_num_queries(4):
        assert dispatch_pending() == 20


def test_subscriber_of_another_version_is_shown_and_kept(db):
    record(Heard(case_id=1))
    EventDelivery.objects.update(subscriber="ancora.gone.nobody")
    drain()
    assert "ancora.gone.nobody" in EventDelivery.objects.get().error


def test_event_published_by_a_subscriber_is_delivered_too(db):
    def answer(published):
        if published.event.case_id < 4:
            publish(Heard(case_id=published.event.case_id + 1), actor=SYSTEM)

    ears.reaction = answer
    record(Heard(case_id=1))
    assert drain() == 4


def test_two_dispatchers_at_once_never_run_the_same_delivery_twice(db):
    for case_id in range(1, 41):
        record(Heard(case_id=case_id))
    both, running, doubled = threading.Barrier(2, timeout=10), set(), []

    def slowly(published):
        if published.id in running:
            doubled.append(published.id)
        running.add(published.id)
        time.sleep(0.005)
        running.discard(published.id)

    def dispatch() -> int:
        both.wait()
        return sum(iter(lambda: dispatch_pending(limit=5), 0))

    ears.reaction = slowly
    first, second = Aside(dispatch), Aside(dispatch)
    assert first.result() + second.result() == 40
    assert min(first.result(), second.result()) > 0
    assert doubled == []
    assert len({published.id for published in ears.heard}) == len(ears.heard) == 40


def test_dispatcher_that_dies_in_the_middle_loses_nothing(db):
    for case_id in (1, 2, 3):
        record(Heard(case_id=case_id))

    def die(published):
        if published.event.case_id == 2:
            one("SELECT pg_terminate_backend(pg_backend_pid())")

    ears.reaction = die
    # What the worker waits after, instead of ending.
    with pytest.raises(OperationalError):
        Aside(dispatch_pending).result()
    assert one("SELECT count(*) FROM event_delivery WHERE attempts = 0") == 3
    ears.__init__()
    assert drain() == 3
    assert [published.event.case_id for published in ears.heard] == [1, 2, 3]


def test_what_wants_to_be_alone_shares_its_transaction_with_nothing_and_holds_up_nothing(db):
    together, left = {}, {}

    def look(published):
        together.setdefault(one("SELECT pg_current_xact_id()::text"), []).append(published.event.case_id)
        left[published.event.case_id] = Aside(one, "SELECT count(*) FROM event_delivery").result()
        if published.event.case_id == 3:
            raise ValueError("no")

    ears.reaction = look
    for event, case_id in ((Kept, 2), (Heard, 4), (Kept, 1), (Kept, 3), (Heard, 6), (Heard, 8)):
        record(event(case_id=case_id))
    # At once, without a notice; and no more than was asked for.
    assert dispatch_pending(limit=5) == 5
    assert list(together.values()) == [[2, 4, 6], [1], [3]]
    # Each is marked as done with its own transaction.
    assert left == {2: 6, 4: 6, 6: 6, 1: 3, 3: 2}
    assert dispatch_pending() == 1
    assert EventDelivery.objects.get().error == "ValueError: no"
