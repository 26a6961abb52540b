"""The table of rules that an administrator reads and edits."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from ancora.platform.accounts.events import SettingChanged
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.selfservice.advice.decision import Rule
from ancora.selfservice.models import AdviceRule


def rules(viewer) -> QuerySet[AdviceRule]:
    """All rules, for an administrator; for others there is none."""
    return AdviceRule.objects.all() if viewer.is_administrator else AdviceRule.objects.none()


def rule_for(viewer, pk: int) -> AdviceRule:
    """One rule, for an administrator; not yours → 404."""
    found = rules(viewer).filter(pk=pk).first()
    if found is None:
        raise Http404("No such rule.")
    return found


def rules_in_use() -> list[AdviceRule]:
    return list(AdviceRule.objects.filter(is_active=True))


def as_rule(row: AdviceRule, language: str) -> Rule:
    """The row as `advise` takes it, with its sentence in this language, else in that of the organisation."""
    reason = row.reasons.get(language) or row.reasons.get(current_organisation().language) or ""
    return Rule(row.channel, row.points, reason, row.complexity, row.sensitivity, row.urgency)


@transaction.atomic
def save_rule(rule: AdviceRule, *, actor: Actor, form_key: UUID | None = None) -> AdviceRule:
    """Keeps a rule, new or changed; the same `form_key` gives the rule of the first time."""
    is_new = rule.pk is None
    if is_new and form_key:
        if known := AdviceRule.objects.filter(form_key=form_key).first():
            return known
        rule.form_key = form_key
    if not is_new and not AdviceRule.objects.select_for_update().filter(pk=rule.pk).exists():
        raise Refusal(_("This rule was deleted meanwhile."))
    rule.save()
    publish(SettingChanged(kind="advice_rule", row_id=rule.pk, verb="created" if is_new else "changed"), actor=actor)
    return rule


@transaction.atomic
def delete_rule(rule: AdviceRule, *, actor: Actor) -> None:
    """Nothing when it is gone already."""
    pk = rule.pk
    deleted, _rows = AdviceRule.objects.filter(pk=pk).delete()
    if deleted:
        publish(SettingChanged(kind="advice_rule", row_id=pk, verb="deleted"), actor=actor)
