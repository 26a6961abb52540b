"""The same form posted twice is one deed, also when both arrive in the same instant."""

from uuid import UUID

from django.db import connection


def one_at_a_time(form_key: UUID | None) -> None:
    """Wait until nobody else's transaction works on `form_key`; what it made can then be found. Without a key
    nothing is waited for. Belongs at the beginning of a transaction."""
    if form_key is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(746004, hashtext(%s))", [str(form_key)])
