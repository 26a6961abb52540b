"""Whether the worker is there, and what it could not do."""

from dataclasses import dataclass

from django.db import connection

# The worker shows itself every ten seconds.
ALIVE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class FailedJobs:
    """Jobs given up within the last days: how many, and the task of the newest."""

    count: int
    newest: str


def worker_seen_seconds() -> int | None:
    """Seconds since a worker last showed itself; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM statement_timestamp() - max(last_heartbeat)) FROM procrastinate_workers"
        )
        seconds = cursor.fetchone()[0]
    return None if seconds is None else max(0, round(seconds))


def failed_jobs(days: int = 7) -> FailedJobs:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT j.id), (array_agg(j.task_name ORDER BY e.at DESC))[1] FROM procrastinate_jobs j"
            " JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'failed'"
            " WHERE j.status = 'failed' AND e.at > statement_timestamp() - make_interval(days => %s)",
            [days],
        )
        count, newest = cursor.fetchone()
    return FailedJobs(count, newest or "")
