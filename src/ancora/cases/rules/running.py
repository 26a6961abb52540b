"""Rules at work: each cause once, the case held while it is changed."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils.translation import override

from ancora.cases.commands.locking import MergedMeanwhile, locked
from ancora.cases.models import Case
from ancora.cases.queries.cases import present_case
from ancora.cases.rules.conditions import fits
from ancora.cases.rules.events import RulePaused, RuleRan
from ancora.cases.rules.making import make
from ancora.cases.rules.models import WITH_MESSAGE, Pause, Rule, RuleRun, RunState
from ancora.cases.rules.telling import tell_administrators
from ancora.cases.rules.triggers import forget_triggers, trigger_of, triggers_in_use
from ancora.conversations.models import Message, Place
from ancora.platform import clock
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal
from ancora.platform.events.publishing import Published, publish

# What happened longer ago is history that comes in late, such as old mail.
LATEST = timedelta(days=1)
# So many rules run one because of the other.
MOST_STEPS = 3


def run_rules(published: Published) -> None:
    """Run every rule that waits for this event, in their order. A second run has no further effect."""
    trigger = trigger_of(published.event)
    if trigger not in triggers_in_use() or clock.now() - published.occurred_at > LATEST:
        return
    case = present_case(published.event.case_id)
    if case is None:
        return
    message = _message_of(published) if trigger in WITH_MESSAGE else None
    if trigger == "wrote" and message and message.auto:
        return
    steps = _steps_behind(published, case)
    for rule in rules_waiting_for(trigger):
        if published.actor != rule.actor:
            run(rule, case, cause=published.id, steps=steps + 1, message_id=message and message.pk)


def left_this_hour(rule: Rule) -> int:
    """How many cases it may still change before it would be paused."""
    since = max(clock.now() - timedelta(hours=1), rule.since)
    ran = RuleRun.objects.filter(rule=rule, state=RunState.CHANGED, at__gt=since).order_by()
    return max(0, rule.most_an_hour - ran[: rule.most_an_hour].count())


def rules_waiting_for(*triggers: str) -> list[Rule]:
    """Those in use, in their order."""
    waiting = Rule.objects.filter(trigger__in=triggers, is_active=True, deleted_at=None, paused_at=None)
    return list(waiting.order_by("position", "id"))


@transaction.atomic
def run(rule: Rule, case: Case, *, cause: int, steps: int = 1, message_id: int | None = None) -> None:
    """One rule in one case; nothing when it had this cause before."""
    if RuleRun.objects.filter(rule=rule, case=case, cause=cause).exists():
        return
    kept = {"rule": rule, "version": rule.version, "case": case, "cause": cause, "steps": steps}
    if not fits(rule, case, message_id):
        _keep(RunState.UNFIT, kept)
        return
    version = case.version
    try:
        locked(case)
    except MergedMeanwhile:
        return
    if case.is_removed:
        # By the rule before, or by somebody while we waited.
        return
    if RuleRun.objects.filter(rule=rule, case=case, cause=cause).exists():
        # Somebody else came first while we waited.
        return
    if case.version != version and not fits(rule, case, message_id):
        _keep(RunState.UNFIT, kept)
    elif steps > MOST_STEPS:
        _keep(RunState.CUT, kept)
    elif why := _too_often(rule, case):
        _keep(RunState.PAUSED, kept)
        _pause(rule, case, why)
    else:
        _change(rule, case, kept)


def _change(rule: Rule, case: Case, kept: dict) -> None:
    try:
        with transaction.atomic(), override(current_organisation().language):
            changes = make(case, rule, cause=kept["cause"])
            if changes:
                publish(RuleRan(case_id=case.pk, rule_id=rule.pk, version=rule.version), actor=rule.actor)
    except Refusal as refusal:
        case.refresh_from_db()
        _keep(RunState.REFUSED, kept, why=str(refusal)[:400])
        return
    state = RunState.CHANGED if changes else RunState.SAME
    _keep(state, kept, changes=changes, told_to=_last_event() if changes else None)


def _keep(state: RunState, kept: dict, **more) -> None:
    RuleRun.objects.bulk_create([RuleRun(at=clock.now(), state=state, **kept, **more)], ignore_conflicts=True)


def _too_often(rule: Rule, case: Case) -> Pause | None:
    since = max(clock.now() - timedelta(hours=1), rule.since)
    ran = RuleRun.objects.filter(rule=rule, state=RunState.CHANGED, at__gt=since)
    if ran.filter(case=case).count() >= rule.most_on_case:
        return Pause.CASE
    return Pause.HOUR if ran.order_by()[: rule.most_an_hour].count() >= rule.most_an_hour else None


def _pause(rule: Rule, case: Case, why: Pause) -> None:
    """Until an administrator lets it go on; who came second has nothing to tell."""
    now = clock.now()
    if Rule.objects.filter(pk=rule.pk, paused_at=None).update(paused_at=now, paused_why=why):
        event = RulePaused(case_id=case.pk, rule_id=rule.pk, reason=str(why))
        tell_administrators(rule, case, event_id=publish(event, actor=rule.actor))
        forget_triggers()
        transaction.on_commit(forget_triggers)


def _message_of(published: Published) -> Message | None:
    """The message that came with it; of a case that was opened, the first one of its conversation."""
    event = published.event
    pk = getattr(event, "message_id", None)
    if pk is None:
        places = Place.objects.filter(conversation=event.conversation_id, until__isnull=True)
        pk = places.order_by("message_id").values_list("message_id", flat=True).first()
    return Message.objects.filter(pk=pk).only("pk", "auto").first()


def _steps_behind(published: Published, case: Case) -> int:
    """How many rules ran one because of the other until this happened."""
    if published.actor.kind != "bot" or published.actor.id is None:
        return 0
    # Who writes events of a case holds it: of two runs in it all events of one come before those of the other.
    runs = RuleRun.objects.filter(rule=published.actor.id, case=case, told_to__gte=published.id)
    return runs.order_by("told_to").values_list("steps", flat=True).first() or 1


def _last_event() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM event_id_seq")
        return cursor.fetchone()[0]
