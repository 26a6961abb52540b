"""Reads of bulk changes: each person's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.http import Http404

from ancora.cases.bulk.models import BulkChange, BulkItem, ItemState
from ancora.cases.bulk.wanted import in_words
from ancora.platform import clock

# Nothing was done for so long: whoever worked on it has died, or the worker is away.
STANDS_STILL = timedelta(seconds=45)
MOST_NAMED = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a bulk change is: `words` say what is changed, the numbers are of cases. named: those that were not
    changed, or not taken back, each with its `why`."""

    bulk: BulkChange
    words: list[str]
    cases: int
    waiting: int
    changed: int
    same: int
    refused: int
    back: int
    kept: int
    named: list[BulkItem]

    @property
    def done(self) -> int:
        """Of those that are to be done now, or taken back."""
        return self.back + self.kept if self.bulk.is_undone else self.cases - self.waiting

    @property
    def to_do(self) -> int:
        """How many are to be done in all."""
        return self.changed + self.back + self.kept if self.bulk.is_undone else self.cases

    @property
    def may_undo(self) -> bool:
        return not self.bulk.is_undone and self.changed > 0

    @property
    def may_stop(self) -> bool:
        return self.bulk.is_under_way and not self.bulk.is_undone


def bulk_for(viewer, pk: int) -> BulkChange:
    """Not yours → 404."""
    found = BulkChange.objects.filter(pk=pk, author=viewer).select_related("author").first()
    if found is None:
        raise Http404("No such change.")
    return found


def standing_of_bulk(viewer, bulk: BulkChange) -> Standing:
    """How far it is, and which cases it left alone."""
    named = bulk.items.filter(state__in=[ItemState.REFUSED, ItemState.KEPT]).select_related("case").order_by("pk")
    return _standings([bulk], {bulk.pk: list(named[:MOST_NAMED])})[0]


def recent_bulks(viewer, *, most: int = 30) -> list[Standing]:
    """The viewer's own, the latest first, without the names of cases."""
    return _standings(list(BulkChange.objects.filter(author=viewer).order_by("-pk")[:most]), {})


def standing_still() -> list[BulkChange]:
    """Those that have not ended and for which nobody does anything."""
    return list(BulkChange.objects.filter(ended_at=None, moved_at__lt=clock.now() - STANDS_STILL)[:100])


def _standings(bulks: list[BulkChange], named: dict[int, list[BulkItem]]) -> list[Standing]:
    counts, words = _counts(bulks), in_words(bulks)
    return [
        Standing(
            bulk,
            words[bulk.pk],
            sum(counts[bulk.pk].values()),
            **{state: counts[bulk.pk].get(state, 0) for state in ItemState.values},
            named=named.get(bulk.pk, []),
        )
        for bulk in bulks
    ]


def _counts(bulks: Iterable[BulkChange]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {bulk.pk: {} for bulk in bulks}
    counted = BulkItem.objects.filter(bulk__in=list(found)).values("bulk", "state").annotate(cases=Count("pk"))
    for row in counted:
        found[row["bulk"]][row["state"]] = row["cases"]
    return found
