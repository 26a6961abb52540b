"""Tells the open screens what changed without being an event."""

from collections.abc import Iterable

from django.db import connection

from ancora.platform.live.hub import CHANNEL

# A notice holds 8,000 bytes.
_MOST_NAMES = 200


def hint(names: Iterable[str]) -> None:
    """Those who listen to one of `names` (`presence-17`) hear of it once the transaction is committed. It must do no
    harm when nobody does: what is to be remembered is an event."""
    told = list(names)
    with connection.cursor() as cursor:
        for start in range(0, len(told), _MOST_NAMES):
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, " ".join(told[start : start + _MOST_NAMES])])
