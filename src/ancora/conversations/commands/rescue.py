"""Finds what fell down: messages whose worker died, queued ones that no job will take, jobs of dead workers."""

import logging
from datetime import timedelta

from asgiref.sync import async_to_sync
from django.db import connection, transaction
from procrastinate.exceptions import ConnectorException

from ancora.conversations.commands.send import alive
from ancora.conversations.commands.sending_outcome import recover
from ancora.conversations.jobs import send_outgoing
from ancora.conversations.models import Outgoing, OutgoingState
from ancora.platform import clock
from ancora.platform.jobs import later

log = logging.getLogger("ancora.sending")
MOST = 200
# A job that was just enqueued gets this long to be taken.
GRACE = timedelta(seconds=20)

_WITHOUT_JOB = """
SELECT o.id FROM conversations_outgoing o
JOIN conversations_mailbox b ON b.id = o.mailbox_id AND (b.sending_paused_at IS NULL OR o.account_id IS NOT NULL)
WHERE o.state = 'queued' AND o.next_at < %s AND NOT EXISTS (
    SELECT 1 FROM procrastinate_jobs j WHERE j.task_name = %s AND j.status IN ('todo', 'doing')
    AND j.args ->> 'outgoing_id' = o.id::text)
ORDER BY o.id LIMIT %s
"""


def rescue() -> int:
    """Put right what can be put right; returns how many messages were touched. Safe to run at any time."""
    _retry_stalled_jobs()
    return _recover_abandoned() + _enqueue_forgotten()


def _recover_abandoned() -> int:
    count = 0
    for pk in Outgoing.objects.filter(state=OutgoingState.SENDING).values_list("pk", flat=True)[:MOST]:
        with alive(pk) as is_mine:
            if is_mine and _recover(pk):
                count += 1
    return count


@transaction.atomic
def _recover(pk: int) -> bool:
    rows = Outgoing.objects.select_for_update(skip_locked=True, of=("self",)).select_related("account")
    outgoing = rows.filter(pk=pk, state=OutgoingState.SENDING).first()
    if outgoing is None:
        return False
    recover(outgoing)
    log.warning("Outgoing %s lost its worker and is %s now", pk, outgoing.state)
    if outgoing.state == OutgoingState.QUEUED:
        later(send_outgoing, outgoing_id=pk)
    return True


@transaction.atomic
def _enqueue_forgotten() -> int:
    task = f"{send_outgoing.__module__}.{send_outgoing.__name__}"
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_JOB, [clock.now() - GRACE, task, MOST])
        forgotten = [pk for (pk,) in cursor.fetchall()]
    for pk in forgotten:
        later(send_outgoing, outgoing_id=pk)
    return len(forgotten)


def _retry_stalled_jobs() -> None:
    """Jobs that a dead worker had taken run again: every one of ours may run twice."""
    from procrastinate.contrib.django import app

    async_to_sync(_retry_jobs)(app.job_manager)


async def _retry_jobs(jobs) -> None:
    for job in await jobs.get_stalled_jobs():
        try:
            await jobs.retry_job(job)
        except ConnectorException:
            # Whoever looked in the same moment was quicker.
            continue
        log.warning("Job %s lost its worker and runs again", job.task_name)
