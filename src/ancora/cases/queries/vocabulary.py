"""The words of cases, for those who arrange them."""

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from ancora.cases.models import CaseTag, Outcome, Tag


def outcomes(viewer) -> QuerySet[Outcome]:
    """All outcomes in the order agents see, those switched off too."""
    return Outcome.objects.order_by("position", "label")


def tags(viewer) -> QuerySet[Tag]:
    """All tags by label, each with `uses`, the number of cases that carry it."""
    uses = CaseTag.objects.filter(tag=OuterRef("pk")).order_by().values("tag").annotate(uses=Count("*")).values("uses")
    return Tag.objects.annotate(uses=Coalesce(Subquery(uses), 0)).order_by("label")


def outcome_for(viewer, pk: int) -> Outcome:
    """One outcome, for an administrator; not yours → 404."""
    return _one(viewer, outcomes(viewer), pk)


def tag_for(viewer, pk: int) -> Tag:
    """One tag, for an administrator; not yours → 404."""
    return _one(viewer, tags(viewer), pk)


def _one(viewer, rows: QuerySet, pk: int):
    row = rows.filter(pk=pk).first() if viewer.is_administrator else None
    if row is None:
        raise Http404("No such word.")
    return row
