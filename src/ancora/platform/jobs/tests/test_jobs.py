"""Jobs are enqueued with the change that wants them; periodic ones run once however many workers there are."""

import asyncio
import time
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.utils.translation import get_language
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job

from ancora.conversations.jobs import send_outgoing
from ancora.platform.jobs import declare, later

PERIODIC = "ancora.platform.events.jobs.prepare_event_partitions"


OTHERS = """SELECT string_agg(query, ' | ') FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND query NOT LIKE '%procrastinate%'"""


def _value(sql: str):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def _waiting() -> list[tuple[str, dict]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args::text FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return cursor.fetchall()


def _work() -> None:
    async def run():
        async with app.with_connector(app.connector.get_worker_connector()).open_async() as running:
            await running.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")

    asyncio.run(run())


def test_job_of_a_change_that_is_taken_back_never_was(db):
    with transaction.atomic():
        later(send_outgoing, outgoing_id=1)
        assert len(_waiting()) == 1
        transaction.set_rollback(True)
    assert _waiting() == []


def test_job_of_a_committed_change_waits_with_its_ids(db):
    with transaction.atomic():
        later(send_outgoing, outgoing_id=17)
    assert _waiting() == [("ancora.conversations.jobs.send_outgoing", '{"outgoing_id": 17}')]


@pytest.mark.usefixtures("italian_organisation")
def test_job_writes_in_the_language_of_the_organisation(monkeypatch):
    told = []
    monkeypatch.setattr("ancora.conversations.commands.send.send", lambda pk: told.append(get_language()))
    later(send_outgoing, outgoing_id=1)
    _work()
    assert told == ["it"]


def test_every_declared_job_is_known_to_the_queue():
    names = set(declare._names.values())
    assert {PERIODIC, "ancora.conversations.jobs.send_outgoing"} <= names <= set(app.tasks)


def test_periodic_job_of_one_minute_is_enqueued_once_by_two_workers(db):
    async def enqueue(timestamp: int):
        async with app.with_connector(app.connector.get_worker_connector()).open_async() as running:
            job = Job(
                id=None,
                queue="default",
                lock=None,
                queueing_lock=None,
                task_name=PERIODIC,
                task_kwargs={"timestamp": timestamp},
            )
            give = running.job_manager.defer_periodic_job
            return await asyncio.gather(
                *(give(job=job, periodic_id="", defer_timestamp=timestamp) for _worker in range(2)),
                return_exceptions=True,
            )

    given = asyncio.run(enqueue(1_790_000_000))
    assert sorted(number is None for number in given) == [False, True]
    assert len(_waiting()) == 1


def test_periodic_job_that_still_waits_is_not_enqueued_again(db):
    task = app.tasks[PERIODIC]
    task.defer(timestamp=1)
    with pytest.raises(AlreadyEnqueued):
        task.defer(timestamp=2)


def test_worker_runs_what_waits_and_gives_its_connections_back(db):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE event_object_" + datetime.now(UTC).strftime("%Y_%m"))
    app.tasks[PERIODIC].defer(timestamp=1)
    _work()
    assert PERIODIC not in dict(_waiting())
    assert _value("SELECT to_regclass('event_object_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')) IS NOT NULL")
    deadline = time.monotonic() + 5
    while (still := _value(OTHERS)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not still
