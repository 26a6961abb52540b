"""Keeping, listing and forgetting what a person searched for."""

from datetime import timedelta

from django.db import connection

from ancora.cases.searches.models import LONGEST, RecentSearch
from ancora.platform import clock
from ancora.platform.accounts.models import User

MOST_KEPT = 12
KEPT = timedelta(days=30)


# One statement: every search does it.
_REMEMBER = """
WITH kept AS (
    INSERT INTO cases_recentsearch (person_id, words, at) VALUES (%(person)s, %(words)s, %(now)s)
    ON CONFLICT (person_id, words) DO UPDATE SET at = excluded.at
)
DELETE FROM cases_recentsearch WHERE person_id = %(person)s AND words <> %(words)s AND id NOT IN (
    SELECT id FROM cases_recentsearch WHERE person_id = %(person)s AND words <> %(words)s AND at > %(since)s
    ORDER BY at DESC, id DESC LIMIT %(others)s)
"""


def remember_search(person: User, words: str) -> None:
    """The person searched for `words` now; the oldest of more than a dozen, and those of a month ago, are forgotten."""
    words = " ".join(words.replace("\0", " ").split())
    if not words or len(words) > LONGEST:
        return
    now = clock.now()
    given = {"person": person.pk, "words": words, "now": now, "since": now - KEPT, "others": MOST_KEPT - 1}
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, given)


def recent_searches(person: User) -> list[str]:
    """The person's own, the latest first."""
    found = RecentSearch.objects.filter(person=person, at__gt=clock.now() - KEPT).order_by("-at", "-pk")
    return list(found.values_list("words", flat=True)[:MOST_KEPT])


def forget_searches(person: User) -> None:
    """All of the person's."""
    RecentSearch.objects.filter(person=person).delete()


def forget_old_searches() -> None:
    """Everybody's of more than a month ago."""
    RecentSearch.objects.filter(at__lte=clock.now() - KEPT).delete()
