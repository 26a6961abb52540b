"""Whose desk is open. Like presence, it is no event and holds nothing."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from ancora.cases.presence.models import OpenDesk
from ancora.cases.routing.waking import wake_routing
from ancora.platform.accounts.models import User

# A browser says each minute that its desk is open, as long as somebody touched it within half an hour.
CLOSED_AFTER = timedelta(minutes=4)

_OPEN = """
WITH before AS (SELECT seen_at FROM cases_opendesk WHERE person_id = %(person)s), beat AS (
    INSERT INTO cases_opendesk (person_id, seen_at) VALUES (%(person)s, statement_timestamp())
    ON CONFLICT (person_id) DO UPDATE SET seen_at = excluded.seen_at
)
SELECT coalesce((SELECT seen_at > statement_timestamp() - %(open)s FROM before), false)
"""


def keep_desk_open(person: User) -> None:
    """Their desk is open from now on; who comes anew can be given what waits, at once."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"person": person.pk, "open": CLOSED_AFTER})
        was_open = cursor.fetchone()[0]
    if not was_open:
        wake_routing()


def close_desk(person: User) -> None:
    """They are gone, until some browser says that they are there."""
    OpenDesk.objects.filter(person=person).delete()


def at_their_desks(ids: Iterable[int]) -> set[int]:
    """Those of the people whose desk is open; one query."""
    found = OpenDesk.objects.filter(person__in=list(ids), seen_at__gt=Now() - CLOSED_AFTER)
    return set(found.values_list("person_id", flat=True))
