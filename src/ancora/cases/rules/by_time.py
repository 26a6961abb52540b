"""Rules of time: a case has its turn when the hours have passed, counted from a moment of its own."""

from datetime import timedelta

from django.db import transaction
from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from ancora.cases.models import Case, Status
from ancora.cases.rules.conditions import condition_of
from ancora.cases.rules.models import MOMENTS, Rule, RuleRun
from ancora.cases.rules.running import left_this_hour, rules_waiting_for, run
from ancora.cases.rules.triggers import triggers_in_use
from ancora.platform import clock

# A case that fits only later than this after its turn is left alone.
LOOKED_AT = timedelta(days=14)
MOST_AT_ONCE = 500
# Rules take no part in spam, trash, and what is a part of another case.
INSIDE = (Status.OPEN, Status.WAITING, Status.RESOLVED, Status.CLOSED)


def run_rules_of_time() -> int:
    """Run each rule in the cases whose turn it is, at most 500 at a time; says how many cases there were."""
    if not triggers_in_use() & set(MOMENTS):
        return 0
    return sum(_sweep(rule) for rule in rules_waiting_for(*MOMENTS))


def cases_between(rule: Rule, start, end) -> QuerySet[Case]:
    """Cases that fit now and had, or would have had, their turn between these moments."""
    waited, moment = timedelta(hours=rule.hours), MOMENTS[rule.trigger]
    span = {f"{moment}__gt": start - waited, f"{moment}__lte": end - waited}
    found = Case.objects.filter(status__in=INSIDE, **span)
    return found.filter(condition_of(rule.conditions)) if rule.conditions else found


def _sweep(rule: Rule) -> int:
    now = clock.now()
    # The name of a column out of MOMENTS, nothing that anybody wrote.
    second = f"-floor(extract(epoch FROM cases_case.{MOMENTS[rule.trigger]}))::bigint"
    turn = cases_between(rule, max(rule.since, now - LOOKED_AT), now).annotate(
        cause=RawSQL(second, [], output_field=BigIntegerField())  # noqa: S611
    )
    ran = RuleRun.objects.filter(rule=rule, case=OuterRef("pk"), cause=OuterRef("cause"))
    turn = turn.filter(~Exists(ran))
    # Many at once are no loop: what is too much for this hour has its turn in the next.
    most = min(MOST_AT_ONCE, left_this_hour(rule))
    ids = list(turn.order_by(MOMENTS[rule.trigger], "pk").values_list("pk", flat=True)[:most])
    for pk in ids:
        with transaction.atomic():
            if not Rule.objects.filter(pk=rule.pk, version=rule.version, is_active=True, paused_at=None).exists():
                break
            # Held, and asked again: a message may have come since. Whom somebody is just changing comes the next time.
            if case := turn.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first():
                run(rule, case, cause=case.cause)
    return len(ids)
