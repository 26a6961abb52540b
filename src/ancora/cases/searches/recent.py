"""Keeping, listing and forgetting what a person searched for."""

from datetime import timedelta

from django.db import transaction

from ancora.cases.searches.models import RecentSearch
from ancora.platform import clock
from ancora.platform.accounts.models import User

MOST_KEPT = 12
KEPT = timedelta(days=30)


@transaction.atomic
def remember_search(person: User, words: str) -> None:
    """The person searched for `words` now; the oldest of more than a dozen, and those of a month ago, are forgotten."""
    words = " ".join(words.replace("\0", " ").split())
    if not words or len(words) > RecentSearch._meta.get_field("words").max_length:
        return
    RecentSearch.objects.update_or_create(person=person, words=words, defaults={"at": clock.now()})
    own = RecentSearch.objects.filter(person=person)
    kept = own.filter(at__gt=clock.now() - KEPT).order_by("-at", "-pk").values("pk")[:MOST_KEPT]
    own.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()


def recent_searches(person: User) -> list[str]:
    """The person's own, the latest first."""
    found = RecentSearch.objects.filter(person=person, at__gt=clock.now() - KEPT).order_by("-at", "-pk")
    return list(found.values_list("words", flat=True)[:MOST_KEPT])


def forget_searches(person: User) -> None:
    """All of the person's."""
    RecentSearch.objects.filter(person=person).delete()
