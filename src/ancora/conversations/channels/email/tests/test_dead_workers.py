"""Workers die and are taken for dead: nothing is sent twice, nothing is forgotten."""

import os
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction

from ancora.conversations.channels.email.tests.living import until
from ancora.conversations.channels.email.tests.outbox import fate, jobs_for
from ancora.conversations.channels.email.tests.smtp_peer import smtp_peer
from ancora.conversations.commands import send as sending
from ancora.conversations.commands.rescue import rescue
from ancora.conversations.commands.send import alive, send
from ancora.conversations.models import Outgoing
from ancora.platform import clock
from ancora.testing.threads import Aside


class WorkerKilled(BaseException):
    """Ends a worker as abruptly as a test can within one process."""


def kill_at(monkeypatch, name: str) -> None:
    def die(*_arguments) -> None:
        raise WorkerKilled

    monkeypatch.setattr(sending, name, die)


def test_worker_killed_before_data_is_queued_again_and_sent_once(write, monkeypatch):
    with smtp_peer() as peer:
        outgoing = write(peer)
        with monkeypatch.context() as patch:
            kill_at(patch, "_mark_data_begun")
            with pytest.raises(WorkerKilled):
                send(outgoing.pk)
        assert fate(outgoing)[0] == "sending"
        rescue()
        assert fate(outgoing) == ("queued", {"carla": "queued"})
        send(outgoing.pk)
        assert fate(outgoing)[0] == "accepted"
        assert len(peer.taken) == 1


def test_worker_killed_after_data_began_is_unknown(write, monkeypatch):
    with smtp_peer() as peer:
        outgoing = write(peer)
        with monkeypatch.context() as patch:
            kill_at(patch, "_settle")
            with pytest.raises(WorkerKilled):
                send(outgoing.pk)
        assert (fate(outgoing)[0], len(peer.taken)) == ("sending", 1)
        rescue()
        assert fate(outgoing) == ("unknown", {"carla": "unknown"})
        send(outgoing.pk)
        assert len(peer.taken) == 1


def test_message_of_a_living_worker_is_left_alone(write):
    with smtp_peer() as peer:
        outgoing = write(peer)
        Outgoing.objects.filter(pk=outgoing.pk).update(state="sending", attempts=1)
        held, done = threading.Event(), threading.Event()

        def live() -> None:
            with alive(outgoing.pk):
                held.set()
                done.wait(10)
            connection.close()

        worker = threading.Thread(target=live)
        worker.start()
        held.wait(10)
        rescue()
        send(outgoing.pk)
        assert fate(outgoing)[0] == "sending"
        done.set()
        worker.join()
        rescue()
        assert fate(outgoing)[0] == "queued"
        assert peer.steps == []


def test_worker_taken_for_dead_does_not_begin_the_text(write, monkeypatch):
    with smtp_peer() as peer:
        outgoing = write(peer)
        begin = sending._mark_data_begun

        def overtaken(attempt) -> None:
            # What another worker does when this one's session was lost.
            Outgoing.objects.filter(pk=outgoing.pk).update(state="sending", attempts=attempt.number + 1)
            begin(attempt)

        monkeypatch.setattr(sending, "_mark_data_begun", overtaken)
        send(outgoing.pk)
        assert peer.taken == []
        assert fate(outgoing)[0] == "sending"


def test_queued_message_without_a_job_gets_one(write):
    with smtp_peer() as peer:
        outgoing = write(peer)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
        Outgoing.objects.filter(pk=outgoing.pk).update(next_at=clock.now() - timedelta(minutes=1))
        rescue()
        rescue()
        assert jobs_for(outgoing) == 1


def test_job_of_a_dead_worker_runs_again(write):
    with smtp_peer() as peer:
        outgoing = write(peer)
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing',"
                " worker_id = (SELECT max(id) FROM procrastinate_workers)"
            )
        rescue()
        assert jobs_for(outgoing) == 1


def test_two_rescues_at_once_do_not_stop_each_other(write, db):
    """Both find the dead worker's job; the slower one goes on with what remains."""
    with smtp_peer() as peer:
        outgoing = write(peer)
        Outgoing.objects.filter(pk=outgoing.pk).update(state="sending", attempts=1)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT FROM procrastinate_jobs FOR UPDATE")
            both = [Aside(rescue), Aside(rescue)]
            until(lambda: Aside(_waiting_for_a_lock).result() == 2)
        assert sorted(one.result() for one in both) == [0, 1]
        assert fate(outgoing)[0] == "queued"


def _waiting_for_a_lock() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


SEND = "import sys, django; django.setup(); from ancora.conversations.commands.send import send; send(int(sys.argv[1]))"


@pytest.mark.parametrize(("step", "state"), [("RCPT", "queued"), ("dot", "unknown")])
def test_worker_killed_by_the_system_is_noticed_and_nothing_is_sent_twice(write, databases, db, step, state):
    reached, go_on = threading.Event(), threading.Event()

    def wait_for_ever() -> str:
        reached.set()
        go_on.wait(30)
        return "250 fine"

    with smtp_peer(**{step: wait_for_ever}) as peer:
        outgoing = write(peer)
        environment = {
            **os.environ,
            "ANCORA_DSN": databases.dsn(db),
            "ANCORA_HOME": str(settings.ANCORA_HOME),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        worker = subprocess.Popen([sys.executable, "-c", SEND, str(outgoing.pk)], env=environment)
        try:
            assert reached.wait(30)
            rescue()
            assert fate(outgoing)[0] == "sending"  # it lives
        finally:
            worker.kill()
            worker.wait()
        peer.answers[step] = "250 fine"
        go_on.set()
        deadline = time.monotonic() + 10
        while fate(outgoing)[0] == "sending" and time.monotonic() < deadline:
            rescue()
        assert fate(outgoing)[0] == state
        send(outgoing.pk)
        assert len(peer.taken) == 1
        assert peer.steps.count("dot") == 1
