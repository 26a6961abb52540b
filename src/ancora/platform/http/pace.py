"""How often somebody came in the present minute, or today, and what is remembered of them for a while; shared by all
web processes."""

from datetime import datetime, timedelta

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


def counted_lately(who: str) -> int:
    """The most that was counted in this minute or the one before it."""
    names = [_name(who), _name(who, clock.now() - timedelta(minutes=1))]
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(value::bigint) FROM platform_cache WHERE cache_key = ANY(%s)", [names])
        return cursor.fetchone()[0] or 0


def forget_counts() -> int:
    """Put away what is over; how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM platform_cache WHERE expires < %s", [clock.now()])
        return cursor.rowcount


def remember(who: str, *, until: datetime) -> None:
    """`is_remembered` until then; a later moment holds."""
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, [f"{who[:60]}:known", until])


def is_remembered(who: str) -> bool:
    with connection.cursor() as cursor:
        asked = [f"{who[:60]}:known", clock.now()]
        cursor.execute("SELECT 1 FROM platform_cache WHERE cache_key = %s AND expires > %s", asked)
        return cursor.fetchone() is not None


_REMEMBER = """
INSERT INTO platform_cache (cache_key, value, expires) VALUES (%s, '1', %s)
ON CONFLICT (cache_key) DO UPDATE SET expires = greatest(platform_cache.expires, excluded.expires)
"""


def _name(who: str, at: datetime | None = None) -> str:
    return f"{who[:60]}:{at or clock.now():%Y%m%d%H%M}"
