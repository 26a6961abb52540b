"""Take the next one: whoever has time takes what has waited for them, also where nothing is given out."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ancora.cases.models import Case, Status
from ancora.cases.queries.cases import visible_cases
from ancora.cases.routing.assigning import assign, held_cases, hold_agents, written_in
from ancora.cases.routing.decision import Reason, Rule, next_for
from ancora.cases.routing.facts import agents, skills_of, waiting
from ancora.parties.queries import team_ids_of
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.queries import event_from

_ONCE = "pull"
# Who posts a form twice does it so soon.
TWICE_WITHIN = timedelta(seconds=15)
MOST_LOOKED_AT = 300


@transaction.atomic
def take_next(person: User, *, form_key: UUID | None) -> Case:
    """The waiting case of their teams, or of no team, that is best for this person becomes theirs; none in which a
    colleague is typing. The same `form_key` gives the case of the first time. Refused when nothing waits for them."""
    if not person.is_agent:
        raise Refusal(_("%(name)s cannot own cases.") % {"name": person})
    held = hold_agents([person.pk])
    if form_key and (event := event_from(_ONCE, str(form_key))):
        return Case.objects.get(pk=next(pk for _field, kind, pk in event.objects if kind == "case"))
    cases = list(_waiting_for(person)[:MOST_LOOKED_AT])
    theirs = written_in([case.pk for case in cases], by_others_than=person)
    cases = [case for case in cases if case.pk not in theirs]
    skills = skills_of([person])
    me = agents([person], held, skills)[person.pk]
    asked = {one.id: one for one in waiting(cases, skills)}
    for one in next_for(me, asked.values()):
        team_id = next(case.team_id for case in cases if case.pk == one.id)
        if found := held_cases([one.id], team_id):
            reason = Reason(rule=Rule.PULL, skills=tuple(sorted(one.needs)))
            assign(found[0], person, reason, actor=Actor.human(person), **_once(form_key))
            return found[0]
    raise Refusal(_("What waits asks for skills that you do not have.") if cases else _("Nothing waits for you."))


def is_of_an_old_page(form_key: UUID) -> bool:
    """Whether the form took a case a while ago: a browser kept its page, and the person wants another case."""
    event = event_from(_ONCE, str(form_key))
    return event is not None and event.occurred_at < clock.now() - TWICE_WITHIN


def _waiting_for(person: User):
    found = visible_cases(person).filter(Q(team=None) | Q(team__in=team_ids_of(person)), status=Status.OPEN, owner=None)
    return found.order_by("is_example", "-priority", "opened_at", "id")


def _once(form_key: UUID | None) -> dict[str, str]:
    return {"source": _ONCE, "key": str(form_key)} if form_key else {}
