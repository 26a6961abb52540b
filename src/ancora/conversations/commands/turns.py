"""Mails are read in the order in which they came, also where several workers read."""

from django.db import connection

# Rows of our own transaction are not skipped.
_READ_ELSEWHERE = """
SELECT min(id) FROM (
    SELECT id FROM conversations_arrival WHERE state = 'pending' AND id < %(upto)s EXCEPT SELECT id FROM (
        SELECT id FROM conversations_arrival WHERE state = 'pending' AND id < %(upto)s FOR UPDATE SKIP LOCKED) AS ours
) AS elsewhere
"""


class Turns:
    """Asked once for mails up to the arrival `upto`, and only when somebody wants to know."""

    def __init__(self, upto: int):
        self._upto = upto
        self._oldest: int | None = None

    def is_older_being_read(self, arrival_id: int) -> bool:
        """Whether another worker is just now reading a mail that came before this one."""
        if self._oldest is None:
            with connection.cursor() as cursor:
                cursor.execute(_READ_ELSEWHERE, {"upto": self._upto})
                self._oldest = cursor.fetchone()[0] or self._upto
        return self._oldest < arrival_id
