"""Mails are read in the order in which they came, also where several workers read."""

from django.db import connection

# Rows of our own transaction are not skipped.
_READ_ELSEWHERE = """
WITH ours AS (
    SELECT id FROM conversations_arrival WHERE state = 'pending' AND id < %(id)s FOR UPDATE SKIP LOCKED
)
SELECT EXISTS (SELECT 1 FROM conversations_arrival a WHERE a.state = 'pending' AND a.id < %(id)s
               AND NOT EXISTS (SELECT 1 FROM ours WHERE ours.id = a.id))
"""


def is_older_being_read(arrival_id: int) -> bool:
    """Whether another worker is just now reading a mail that came before this one."""
    with connection.cursor() as cursor:
        cursor.execute(_READ_ELSEWHERE, {"id": arrival_id})
        return cursor.fetchone()[0]
