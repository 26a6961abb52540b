"""Keeps the months ahead ready."""

from django.db import connection

from ancora.platform.jobs import periodic


@periodic("17 3 * * *")
def prepare_event_partitions() -> None:
    """Makes sure that this month and the next three have a place in the record."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ensure_event_partitions(((now() AT TIME ZONE 'UTC')::date + make_interval(months => n))::date)"
            " FROM generate_series(0, 3) AS n"
        )
