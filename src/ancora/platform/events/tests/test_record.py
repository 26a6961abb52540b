"""What is recorded stays, is true if and only if the change is committed, and is recorded once."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.publishing import Telling, publish, publish_all
from ancora.platform.events.queries import event_from, events_about, events_after
from ancora.platform.events.tests.examples import WHEN, Heard, Joined, Tried, company, one, record
from ancora.testing.threads import Aside

CHANGES = [
    "UPDATE event SET type = 'x'",
    "DELETE FROM event",
    "TRUNCATE event",
    "UPDATE event_object SET object_id = 2",
    "DELETE FROM event_object",
    "TRUNCATE event_object",
]


def _partitions(parent: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [parent])
        return [name for (name,) in cursor.fetchall()]


def test_database_refuses_to_change_what_is_recorded(db):
    record(Tried(case_id=7))
    for change in CHANGES:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            one(change)
    assert (one("SELECT count(*) FROM event"), one("SELECT count(*) FROM event_object")) == (1, 1)


def test_months_are_protected_one_by_one_too(db):
    record(Tried(case_id=7))
    now = one("SELECT tableoid::regclass::text FROM event")
    for change in (f"UPDATE {now} SET type = 'x'", f"DELETE FROM {now}"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            one(change)
    for name in [*_partitions("event"), *_partitions("event_object")]:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            one(f"TRUNCATE {name}")


def test_publishing_outside_a_transaction_is_refused(db):
    with pytest.raises(RuntimeError, match="transaction"):
        publish(Tried(), actor=SYSTEM)
    assert one("SELECT count(*) FROM event") == 0


def test_change_that_is_taken_back_leaves_no_event(db):
    with transaction.atomic():
        publish(Heard(case_id=1), actor=SYSTEM, source="test", key="1")
        transaction.set_rollback(True)
    for table in ("event", "event_object", "event_order", "event_delivery", "event_source"):
        assert one(f"SELECT count(*) FROM {table}") == 0, table
    assert record(Heard(case_id=1), source="test", key="1") is not None


def test_event_is_read_as_it_was_published(db):
    pk = record(Tried(case_id=7, other_id=8, code="why"), at=WHEN)
    with transaction.atomic():
        publish(Tried(case_id=8), actor=Actor("human", 3))
    first, second = events_about("case", 8, types=["test.tried"])
    assert (first.id, first.type, first.occurred_at, first.attrs) == (pk, "test.tried", WHEN, {"code": "why"})
    assert sorted(first.objects) == [("case_id", "case", 7), ("other_id", "case", 8)]
    assert (second.actor_kind, second.actor_id, second.attrs) == ("human", 3, {})


def test_newest_events_of_an_object_are_given_oldest_first(db):
    ids = [record(Tried(case_id=7)) for _number in range(5)]
    assert [event.id for event in events_about("case", 7, types=["test.tried"], most=3)] == ids[2:]


def test_same_source_and_key_is_recorded_once(db):
    first = record(Joined(case_id=1), source="imap", key="17")
    assert record(Joined(case_id=2), source="imap", key="17") is None
    assert record(Joined(case_id=3), source="imap", key="18") is not None
    assert [published.event.case_id for published in company.heard] == [1, 3]
    assert event_from("imap", "17").id == first
    assert event_from("imap", "19") is None


def test_many_are_published_in_one_statement(db):
    tellings = [Telling(Joined(case_id=number), SYSTEM, WHEN, "many", str(number // 2)) for number in range(300)]
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        ids = publish_all([*tellings, Telling(Tried(case_id=9, other_id=8), Actor("human", 3))])
    assert len(queries) == 1
    # The second of each two has the key of the first.
    assert [pk is None for pk in ids[:300]] == [False, True] * 150
    assert ids[300] is not None
    assert sorted(filter(None, ids)) == list(filter(None, ids))
    assert [published.event.case_id for published in company.heard] == list(range(0, 300, 2))
    assert [published.id for published in company.heard] == list(filter(None, ids[:300]))
    [last] = events_about("case", 8, types=["test.tried"])
    assert (last.id, last.actor_kind, last.actor_id) == (ids[300], "human", 3)
    assert one("SELECT count(*) FROM event_order") == 151


def test_nothing_to_publish_asks_nothing(db):
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        assert publish_all([]) == []
    assert len(queries) == 0


def test_second_of_two_at_once_with_the_same_key_waits_for_the_first(db):
    with transaction.atomic():
        publish(Tried(), actor=SYSTEM, source="imap", key="17")
        other = Aside(lambda: record(Tried(), source="imap", key="17"))
        other.join(0.3)
        assert other.is_alive()
    assert other.result() is None
    assert one("SELECT count(*) FROM event") == 1


def test_failure_of_a_companion_undoes_the_change(db):
    def fail(published):
        raise ValueError("not with me")

    company.reaction = fail
    with pytest.raises(ValueError, match="not with me"):
        record(Joined(case_id=1))
    assert one("SELECT count(*) FROM event") == 0


def test_late_commit_is_not_lost(db):
    """Two transactions: the first to publish is the last to commit."""
    with transaction.atomic():
        early = publish(Tried(), actor=SYSTEM)
        late = Aside(lambda: record(Tried())).result()
        seen = Aside(events_after, 0).result()
        assert [event.id for event in seen] == [late]
        assert early < late
    assert [event.id for event in events_after(seen[-1].seq)] == [early]


def test_reader_beside_many_writers_sees_each_event_once(db):
    def write(writer: int) -> list[int]:
        return [record(Tried(case_id=writer * 100 + number + 1)) for number in range(25)]

    writers = [Aside(write, number) for number in range(4)]
    seen, cursor = [], 0
    while any(writer.is_alive() for writer in writers):
        for event in events_after(cursor, most=7):
            seen.append(event.id)
            cursor = event.seq
    while found := events_after(cursor, most=7):
        seen += [event.id for event in found]
        cursor = found[-1].seq
    written = [pk for writer in writers for pk in writer.result()]
    assert len(seen) == len(set(seen)) == 100
    assert set(seen) == set(written)
