"""Does what the worker does with pushes, in the test's own time."""

import json
from datetime import timedelta

from django.db import connection

from ancora.cases.notifications.push import jobs
from ancora.cases.notifications.push.commands import push_to_browser
from ancora.cases.notifications.push.models import PushBrowser
from ancora.platform import clock

JOBS = {"push_news": jobs.push_news, "push_one": jobs.push_one}
_TAKE = """
DELETE FROM procrastinate_jobs WHERE id = (
    SELECT id FROM procrastinate_jobs WHERE status = 'todo' AND task_name LIKE '%%push%%'
    AND (scheduled_at IS NULL OR scheduled_at <= %s) ORDER BY id LIMIT 1
) RETURNING split_part(task_name, '.', -1), args
"""


def work_off() -> int:
    """Runs the jobs that are due by `clock`; gives how many."""
    done = 0
    while done < 100:
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [clock.now()])
            row = cursor.fetchone()
        if row is None:
            return done
        name, args = row
        JOBS[name](**(json.loads(args) if isinstance(args, str) else args))
        done += 1
    raise AssertionError("jobs without end")


def waits() -> list[timedelta]:
    """How long from now the waiting jobs still wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduled_at FROM procrastinate_jobs WHERE task_name LIKE '%%push%%' ORDER BY id")
        return [at - clock.now() for (at,) in cursor.fetchall() if at]


def turned_on(client, person, receiver, service, *, shows_words=False, name="one") -> PushBrowser:
    """The person's client is a browser that takes pushes from `service`."""
    return push_to_browser(
        person,
        receiver.subscription(f"{service.place}/{name}"),
        session_key=client.session.session_key,
        device="Firefox · Linux",
        shows_words=shows_words,
    )
