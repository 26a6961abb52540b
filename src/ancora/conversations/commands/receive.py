"""Keeps what a channel delivered, before anything else happens to it."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from ancora.conversations.models import ChannelAccount, Mailbox
from ancora.platform import clock
from ancora.platform.files.store import keep_all

WAKE_CHANNEL = "ancora_arrivals"

# Files in the order of their names: two that keep the same ones at once never wait for each other.
_KEEP = """
WITH given AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(rows)s)
        AS g(n int, digest text, size bigint, key text, mailbox bigint, account bigint, received_at timestamptz,
            is_silent boolean)
), kept AS (
    INSERT INTO file (digest, size, created_at)
    SELECT DISTINCT ON (digest) digest, size, statement_timestamp() FROM given ORDER BY digest
    ON CONFLICT (digest) DO UPDATE SET size = EXCLUDED.size RETURNING id, digest
), arrived AS (
    INSERT INTO conversations_arrival
        (key, mailbox_id, account_id, file_id, received_at, is_silent, state, outcome, rung, reason, attempts)
    SELECT g.key, g.mailbox, g.account, k.id, g.received_at, g.is_silent, 'pending', '', '', '', 0
    FROM given g JOIN kept k ON k.digest = g.digest ORDER BY g.n
    ON CONFLICT (key) DO NOTHING RETURNING id, key
)
SELECT key, id, pg_notify(%(channel)s, '') FROM arrived
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a channel delivered: the bytes as they came, and a `key` that is the same when it delivers them again.

    `is_silent`: old mail, for which nothing is ever sent. `account`: where it is no mail.
    """

    raw: bytes
    key: str
    mailbox: Mailbox | None
    received_at: datetime | None = None
    is_silent: bool = False
    account: ChannelAccount | None = None


def receive(
    raw: bytes, *, key: str, mailbox: Mailbox | None, received_at: datetime | None = None, is_silent: bool = False
) -> int | None:
    """Store `raw` as it came; returns the arrival's id, or None when this `key` was stored before.

    Once the transaction is committed the mail cannot be lost, and the sender may be told so.
    """
    return receive_all([Delivery(raw, key, mailbox, received_at, is_silent)])[0]


@transaction.atomic(savepoint=False)
def receive_all(deliveries: list[Delivery]) -> list[int | None]:
    """As `receive`, for many at once: all or none; the ids in the same order."""
    digests = keep_all([delivery.raw for delivery in deliveries])
    rows = [_row(number, *both) for number, both in enumerate(zip(deliveries, digests, strict=True))]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, {"rows": json.dumps(rows), "channel": WAKE_CHANNEL})
        ids = {key: pk for key, pk, _notice in cursor.fetchall()}
    return [ids.pop(delivery.key, None) for delivery in deliveries]


def _row(number: int, delivery: Delivery, digest: str) -> dict:
    return {
        "n": number,
        "digest": digest,
        "size": len(delivery.raw),
        "key": delivery.key,
        "mailbox": delivery.mailbox.pk if delivery.mailbox else None,
        "account": delivery.account.pk if delivery.account else None,
        "received_at": (delivery.received_at or clock.now()).isoformat(),
        "is_silent": delivery.is_silent,
    }
