"""Writing rules: made, changed, ordered, switched, let go on, deleted by administrators."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from ancora.cases.rules.conditions import require_conditions, words_in
from ancora.cases.rules.events import RuleResumed
from ancora.cases.rules.making import require_changes, require_tasks
from ancora.cases.rules.models import CONTENT, MOMENTS, WITH_MESSAGE, Rule, RuleRun, RuleVersion, RunState, Trigger
from ancora.cases.rules.triggers import forget_triggers
from ancora.cases.tasks.models import TaskPlan
from ancora.cases.tasks.plans import kept, require_plan
from ancora.platform import clock
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.once import one_at_a_time

MOST_RULES = 100
LONGEST = 366 * 24
MOST_LETTERS = 2000
KEPT = timedelta(days=90)
# That a rule did not fit is said of every case it looked at: many rows.
UNFIT_KEPT = timedelta(days=3)
_LOT = 5000


@transaction.atomic
def create_rule(content: dict, *, author: User, form_key: UUID | None = None, task: TaskPlan | None = None) -> Rule:
    """A new rule behind the others (see `CONTENT`), with a `task` to give; the same `form_key` gives the one of the
    first time."""
    _require_right(author)
    one_at_a_time(form_key)
    if form_key and (known := Rule.objects.filter(form_key=form_key).first()):
        return known
    there = Rule.objects.filter(deleted_at=None)
    if there.count() >= MOST_RULES:
        raise Refusal(_("There are %(count)d rules already. Delete one that is not needed.") % {"count": MOST_RULES})
    last = there.aggregate(last=Max("position"))["last"] or 0
    return _save(Rule(position=last + 1, form_key=form_key), _with(task, content), author, "created")


@transaction.atomic
def change_rule(rule: Rule, content: dict, *, seen: int, author: User, task: TaskPlan | None = None) -> Rule:
    """A new version, if the one that the author has seen is the last; as it was, nothing."""
    rule = _held(rule, author)
    if rule.version != seen:
        raise Refusal(_("Somebody changed this rule meanwhile. Open it again; what you typed is below."))
    return _save(rule, _with(task, content), author, "changed")


@transaction.atomic
def bring_back_version(rule: Rule, number: int, *, author: User) -> Rule:
    """The content of an old version as a new one."""
    rule = _held(rule, author)
    old = rule.versions.filter(number=number).first()
    if old is None:
        raise Refusal(_("There is no such version."))
    return _save(rule, old.content, author, "changed", back_to=number)


@transaction.atomic
def switch_rule(rule: Rule, *, is_active: bool, author: User) -> Rule:
    """On or off: a version too."""
    rule = _held(rule, author)
    return _save(rule, {**rule.content, "is_active": is_active}, author, "changed")


@transaction.atomic
def resume_rule(rule: Rule, *, author: User) -> None:
    """Let a paused rule go on; what happened meanwhile is over. Counting begins anew."""
    rule = _held(rule, author)
    if not rule.is_paused:
        return
    rule.paused_at, rule.paused_why, rule.since = None, "", clock.now()
    rule.save(update_fields=["paused_at", "paused_why", "since"])
    publish(RuleResumed(rule_id=rule.pk), actor=Actor.human(author))
    _tell(rule, author, "resumed")


@transaction.atomic
def move_rule(rule: Rule, *, up: bool, author: User) -> None:
    """One place up or down; nothing at the end of the list."""
    _require_right(author)
    rules = list(Rule.objects.select_for_update().filter(deleted_at=None).order_by("position", "id"))
    at = next((number for number, one in enumerate(rules) if one.pk == rule.pk), None)
    to = None if at is None else at + (-1 if up else 1)
    if to is None or not 0 <= to < len(rules):
        return
    rules[at], rules[to] = rules[to], rules[at]
    for position, one in enumerate(rules, start=1):
        one.position = position
    Rule.objects.bulk_update(rules, ["position"])
    _tell(rule, author, "moved")


@transaction.atomic
def delete_rule(rule: Rule, *, author: User) -> None:
    """It does nothing any more; what it did keeps its name."""
    rule = _held(rule, author)
    rule.deleted_at, rule.is_active = clock.now(), False
    rule.save(update_fields=["deleted_at", "is_active"])
    _tell(rule, author, "deleted")


def forget_old_runs() -> None:
    """What rules did three months ago, and where they did not fit three days ago."""
    now = clock.now()
    old = RuleRun.objects.filter(at__lt=now - KEPT)
    unfit = RuleRun.objects.filter(at__lt=now - UNFIT_KEPT, state=RunState.UNFIT)
    for which in (unfit, old):
        while ids := list(which.values_list("pk", flat=True)[:_LOT]):
            RuleRun.objects.filter(pk__in=ids).delete()


def require_content(content: dict, *, task: TaskPlan | None = None) -> None:
    """Refuses what is no rule, and says why; what is kept for other triggers is taken out. `task`: a change that has no
    code yet."""
    content["name"] = " ".join(content["name"].split())[:80]
    if not content["name"]:
        raise Refusal(_("Give the rule a name."))
    if content["trigger"] not in Trigger.values:
        raise Refusal(_("That choice is no longer offered. Open the page again."))
    if content["trigger"] not in MOMENTS:
        content["hours"] = None
    elif not content["hours"] or not 0 < content["hours"] <= LONGEST:
        raise Refusal(_("Say after how many hours, at most a year."))
    content["words"] = ", ".join(words_in(content["words"]))[:200]
    if content["words"] and content["trigger"] not in WITH_MESSAGE:
        raise Refusal(_("Words are looked for in a message: choose a trigger with one, or leave the words out."))
    content["conditions"] = " ".join(content["conditions"].replace("\0", " ").split())[:200]
    require_conditions(content["conditions"])
    content["note"] = content["note"].replace("\0", "").replace("\r\n", "\n").strip()[:MOST_LETTERS]
    require_changes(content["changes"])
    if task:
        require_plan(task, is_of_rule=True)
    if not content["changes"] and not content["note"] and not task:
        raise Refusal(_("Choose at least one change, or write a note."))
    if min(content["most_an_hour"], content["most_on_case"]) < 1:
        raise Refusal(_("A rule must be allowed to run at least once."))


def _with(task: TaskPlan | None, content: dict) -> dict:
    """The content with this task among its changes."""
    if task is None:
        return content
    require_plan(task, is_used=content["is_active"], is_of_rule=True)
    return {**content, "changes": [*content["changes"], kept(task).code]}


def _save(rule: Rule, content: dict, author: User, verb: str, *, back_to: int | None = None) -> Rule:
    content = {name: content[name] for name in CONTENT}
    require_content(content)
    if rule.pk and content == rule.content:
        return rule
    if content["is_active"]:
        require_tasks(content["changes"])
    # What it waits for is another thing, or begins now: nothing of before is caught up on.
    is_anew = any(content[name] != getattr(rule, name) for name in ("is_active", "trigger", "hours"))
    for name, value in content.items():
        setattr(rule, name, value)
    if rule.pk is None or is_anew:
        rule.since = clock.now()
    rule.version += 1
    rule.save()
    RuleVersion.objects.create(
        rule=rule, number=rule.version, author=author, saved_at=clock.now(), content=content, back_to=back_to
    )
    _tell(rule, author, verb)
    return rule


def _held(rule: Rule, author: User) -> Rule:
    _require_right(author)
    found = Rule.objects.select_for_update().filter(pk=rule.pk, deleted_at=None).first()
    if found is None:
        raise Refusal(_("Somebody has deleted this rule."))
    return found


def _require_right(author: User) -> None:
    if not author.is_administrator:
        raise Refusal(_("Rules are written by administrators."))


def _tell(rule: Rule, author: User, verb: str) -> None:
    publish(SettingChanged(kind="rule", row_id=rule.pk, verb=verb), actor=Actor.human(author))
    forget_triggers()
    transaction.on_commit(forget_triggers)
