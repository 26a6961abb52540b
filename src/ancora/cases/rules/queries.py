"""Rules for those who read them: leads; what they did, in cases that the viewer sees; their versions."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from ancora.cases.queries.cases import visible_cases
from ancora.cases.rules.making import in_words
from ancora.cases.rules.models import Rule, RuleRun, RuleVersion, RunState
from ancora.cases.rules.wording import Said, differences, said
from ancora.platform import clock

SIZE = 50
MOST_VERSIONS = 200
DAYS = 7


@dataclass(frozen=True, slots=True)
class Done:
    """A run and what it changed in words."""

    run: RuleRun
    changes: list[str]


@dataclass(frozen=True, slots=True)
class Saved:
    """A version and in what it differs from the one before: (what, before, after)."""

    version: RuleVersion
    differences: list[tuple[str, str, str]]


def rules(viewer) -> list[tuple[Rule, Said]]:
    """All in their order, each in words and with `ran`, in how many cases it changed something in the last days."""
    _require_lead(viewer)
    since = clock.now() - timedelta(days=DAYS)
    runs = RuleRun.objects.filter(rule=OuterRef("pk"), state=RunState.CHANGED, at__gt=since).order_by()
    counted = Subquery(runs.values("rule").annotate(all=Count("*")).values("all"))
    found = list(Rule.objects.filter(deleted_at=None).annotate(ran=Coalesce(counted, 0)))
    return list(zip(found, said([one.content for one in found]), strict=True))


def rule_for(viewer, pk: int) -> Rule:
    """One rule, for leads; not yours → 404."""
    _require_lead(viewer)
    rule = Rule.objects.filter(pk=pk, deleted_at=None).first()
    if rule is None:
        raise Http404("No such rule.")
    return rule


def runs_of(viewer, rule: Rule, *, before: int | None = None, is_whole: bool = False) -> list[Done]:
    """The latest runs in cases that the viewer sees, or those before the one with the id `before`; `is_whole`: also
    where the rule did not fit. One more than `SIZE` says that there are more."""
    found = _runs(viewer).filter(rule=rule).select_related("case")
    found = found if is_whole else found.exclude(state=RunState.UNFIT)
    found = list((found.filter(pk__lt=before) if before else found).order_by("-id")[: SIZE + 1])
    return [Done(run, changes) for run, changes in zip(found, in_words(run.changes for run in found), strict=True)]


def versions_of(viewer, rule: Rule) -> list[Saved]:
    """The last one first."""
    _require_lead(viewer)
    found = list(rule.versions.select_related("author")[: MOST_VERSIONS + 1])
    contents = [one.content for one in found]
    befores = [*contents[1:], None]
    told = differences(list(zip(befores, contents, strict=True)))
    return [Saved(one, what) for one, what in zip(found, told, strict=True)][:MOST_VERSIONS]


def _runs(viewer) -> QuerySet[RuleRun]:
    return RuleRun.objects.filter(case__in=visible_cases(viewer))


def _require_lead(viewer) -> None:
    if not viewer.is_lead:
        raise Http404("For leads.")
