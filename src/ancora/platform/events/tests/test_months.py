"""The record is kept by months, in UTC, and never without room for the next event."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from ancora.platform.events.jobs import prepare_event_partitions
from ancora.platform.events.tests.examples import Tried, one, record

AT = "INSERT INTO event (recorded_at, type, occurred_at, actor_kind) VALUES (%s, 'x', now(), 'system')"
LAST_INSTANT = datetime(2027, 2, 28, 23, 59, 59, 999999, tzinfo=UTC)
FIRST_INSTANT = datetime(2027, 3, 1, tzinfo=UTC)


def _run(sql: str, *parameters) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def _tables(parent: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [parent])
        return {name for (name,) in cursor.fetchall()}


def _coming(parent: str) -> set[str]:
    now = datetime.now(UTC)
    months = [(now.year * 12 + now.month - 1 + ahead) for ahead in range(4)]
    return {f"{parent}_{month // 12}_{month % 12 + 1:02}" for month in months}


def test_this_month_and_the_next_three_have_a_place(db):
    for parent in ("event", "event_object"):
        assert _coming(parent) <= _tables(parent)


def test_job_makes_missing_months_and_may_run_twice(db):
    last = max(_coming("event"))
    _run(f"DROP TABLE {last}")
    prepare_event_partitions()
    prepare_event_partitions()
    assert _coming("event") <= _tables("event")


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_instants_around_midnight_land_in_their_months(db, zone):
    _run("SELECT set_config('TimeZone', %s, false)", zone)
    for month in ("2027-02-14", "2027-03-14"):
        _run("SELECT ensure_event_partitions(%s::date)", month)
    _run(AT, LAST_INSTANT)
    _run(AT, FIRST_INSTANT)
    where = "SELECT tableoid::regclass::text FROM event WHERE recorded_at = %s"
    assert one(where, LAST_INSTANT) == "event_2027_02"
    assert one(where, FIRST_INSTANT) == "event_2027_03"


def test_installation_that_slept_for_months_makes_its_month_itself(db):
    for parent in ("event", "event_object"):
        for name in _tables(parent):
            _run(f"DROP TABLE {name}")
    assert record(Tried(case_id=7)) is not None
    assert record(Tried(case_id=8)) is not None
    assert one("SELECT count(*) FROM event_object") == 2
