"""Keeps what a channel delivered, before anything else happens to it."""

from datetime import datetime

from django.db import connection, transaction

from ancora.conversations.models import Mailbox
from ancora.platform import clock
from ancora.platform.files.store import keep

WAKE_CHANNEL = "ancora_arrivals"

_KEEP = """
WITH kept AS (
    INSERT INTO file (digest, size, created_at) VALUES (%(digest)s, %(size)s, statement_timestamp())
    ON CONFLICT (digest) DO UPDATE SET size = EXCLUDED.size RETURNING id
), arrived AS (
    INSERT INTO conversations_arrival
        (key, mailbox_id, file_id, received_at, is_silent, state, outcome, rung, reason, attempts)
    SELECT %(key)s, %(mailbox)s, id, %(received_at)s, %(is_silent)s, 'pending', '', '', '', 0 FROM kept
    ON CONFLICT (key) DO NOTHING RETURNING id
)
SELECT id, pg_notify(%(channel)s, '') FROM arrived
"""


@transaction.atomic
def receive(
    raw: bytes, *, key: str, mailbox: Mailbox | None, received_at: datetime | None = None, is_silent: bool = False
) -> int | None:
    """Store `raw` as it came; returns the arrival's id, or None when this `key` was stored before.

    Once this transaction is committed the mail cannot be lost, and the sender may be told so.
    """
    fields = {
        "digest": keep(raw),
        "size": len(raw),
        "key": key,
        "mailbox": mailbox.pk if mailbox else None,
        "received_at": received_at or clock.now(),
        "is_silent": is_silent,
        "channel": WAKE_CHANNEL,
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, fields)
        row = cursor.fetchone()
    return row[0] if row else None
