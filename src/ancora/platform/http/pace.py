"""How often somebody came in the present minute, or today; shared by all web processes."""

from datetime import timedelta

from django.db import connection

from ancora.platform import clock

# In the table of the cache, which forgets it; by one statement, because the cache reads and writes in eight.
_COUNT = """
INSERT INTO platform_cache (cache_key, value, expires) VALUES (%(name)s, %(more)s::text, %(end)s)
ON CONFLICT (cache_key) DO UPDATE SET value = (platform_cache.value::bigint + %(more)s)::text
RETURNING value::bigint
"""


def count(who: str, more: int = 1) -> int:
    """How often `who` (at most 60 characters count) came in this minute, with these."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"name": _name(who), "more": more, "end": now + timedelta(minutes=2)})
        return cursor.fetchone()[0]


def count_today(who: str) -> int:
    """How often `who` (at most 60 characters count) came on this day (UTC), with this time."""
    now = clock.now()
    asked = {"name": f"{who[:60]}:{now:%Y%m%d}", "more": 1, "end": now + timedelta(days=1)}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, asked)
        return cursor.fetchone()[0]


def counted(who: str) -> int:
    """The same without coming once more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT value::bigint FROM platform_cache WHERE cache_key = %s", [_name(who)])
        row = cursor.fetchone()
    return row[0] if row else 0


def _name(who: str) -> str:
    return f"{who[:60]}:{clock.now():%Y%m%d%H%M}"
