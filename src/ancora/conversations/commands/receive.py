"""Keeps what a channel delivered, before anything else happens to it."""

from datetime import datetime

from django.db import connection, transaction

from ancora.conversations.models import Mailbox
from ancora.platform import clock
from ancora.platform.files.store import store

WAKE_CHANNEL = "ancora_arrivals"

_KEEP = """
INSERT INTO conversations_arrival
    (key, mailbox_id, file_id, received_at, is_silent, state, outcome, rung, reason, attempts)
VALUES (%s, %s, %s, %s, %s, 'pending', '', '', '', 0) ON CONFLICT (key) DO NOTHING RETURNING id
"""


@transaction.atomic
def receive(
    raw: bytes, *, key: str, mailbox: Mailbox | None, received_at: datetime | None = None, is_silent: bool = False
) -> int | None:
    """Store `raw` as it came; returns the arrival's id, or None when this `key` was stored before.

    Once this transaction is committed the mail cannot be lost, and the sender may be told so.
    """
    file = store(raw)
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP, [key, mailbox.pk if mailbox else None, file.pk, received_at or clock.now(), is_silent]
        )
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute("SELECT pg_notify(%s, '')", [WAKE_CHANNEL])
        return row[0]
