"""Who hears that a rule was paused."""

from ancora.cases.models import Case
from ancora.cases.notifications.models import Kind
from ancora.cases.notifications.telling import tell_people
from ancora.cases.rules.models import Rule
from ancora.platform.accounts.queries import administrators


def tell_administrators(rule: Rule, case: Case, *, event_id: int) -> None:
    """Each administrator, once for this pause."""
    people = {one.pk: Kind.RULE_PAUSED for one in administrators()}
    tell_people(case, f"rule-paused-{event_id}", people, rule_id=rule.pk)
