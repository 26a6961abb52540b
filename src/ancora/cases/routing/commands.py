"""Being away and back; and what administrators say of routing."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ancora.cases.models import Skill, Tag, TeamRouting
from ancora.cases.routing.assigning import hold_agents
from ancora.cases.routing.events import AgentStateSet
from ancora.cases.routing.waking import forget_routing
from ancora.parties.models import Team
from ancora.platform import clock
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish

LONGEST_ABSENCE = timedelta(days=366)


def go_away(person: User, *, until: datetime | None = None) -> None:
    """Nothing is given to them until then, or until they are back; what they own stays theirs."""
    if until is not None and not clock.now() < until < clock.now() + LONGEST_ABSENCE:
        raise Refusal(_("Choose a moment in the future, at most one year ahead."))
    _be(person, True, until)


def come_back(person: User) -> None:
    """They are given cases again."""
    _be(person, False, None)


@transaction.atomic
def _be(person: User, is_away: bool, until: datetime | None) -> None:
    row = hold_agents([person.pk])[person.pk]
    if (row.is_away, row.away_until) == (is_away, until):
        return
    row.is_away, row.away_until = is_away, until
    row.save(update_fields=["is_away", "away_until"])
    state = "away" if is_away else "available"
    publish(AgentStateSet(person_id=person.pk, state=state, until=until), actor=Actor.human(person))


@transaction.atomic
def change_routing(
    team: Team,
    *,
    is_on: bool,
    limit: int,
    overflow_team: Team | None = None,
    overflow_after: int | None = None,
    escalate_after: int | None = None,
    actor: Actor,
) -> TeamRouting:
    """How the waiting cases of a team are given out; minutes. Overflow needs both, the team and after how long."""
    if (overflow_team is None) != (overflow_after is None):
        raise Refusal(_("For overflow say both: to which team, and after how many minutes."))
    values = {
        "is_on": is_on,
        "limit": limit,
        "overflow_team": overflow_team,
        "overflow_after": overflow_after,
        "escalate_after": escalate_after,
    }
    routing, _is_new = TeamRouting.objects.update_or_create(team=team, defaults=values)
    forget_routing()
    transaction.on_commit(forget_routing)
    publish(SettingChanged(kind="team_routing", row_id=team.pk), actor=actor)
    return routing


@transaction.atomic
def save_skill(
    skill: Skill, *, label: str, language: str, is_active: bool, teams: Iterable[Team] = (), tags: Iterable[Tag] = (),
    people: Iterable[User] = (), actor: Actor, form_key: UUID | None = None,
) -> Skill:  # fmt: skip
    """Keep a skill, new or changed, with what asks for it and who has it. The same `form_key` gives the skill of the
    first time."""
    is_new = skill.pk is None
    if is_new and form_key:
        if known := Skill.objects.filter(form_key=form_key).first():
            return known
        skill.form_key = form_key
    others = Skill.objects.exclude(pk=skill.pk)
    if others.filter(label__iexact=label).exists():
        raise Refusal(_("There is a skill of this name already."))
    if language and others.filter(language=language).exists():
        raise Refusal(_("There is a skill for this language already."))
    skill.label, skill.language, skill.is_active = label, language, is_active
    try:
        with transaction.atomic():
            skill.save()
    except IntegrityError as error:
        raise Refusal(_("Somebody made such a skill at the same moment. Look at the list.")) from error
    skill.teams.set(teams)
    skill.tags.set(tags)
    skill.people.set(people)
    publish(SettingChanged(kind="skill", row_id=skill.pk, verb="created" if is_new else "changed"), actor=actor)
    return skill


@transaction.atomic
def change_limits(changes: Mapping[User, Mapping[str, int | None]], *, actor: Actor) -> None:
    """The limits that people have of their own, by channel; None: that of the team counts. What is not named stays."""
    held = hold_agents([person.pk for person in changes])
    for person, changed in changes.items():
        row = held[person.pk]
        limits = {channel: most for channel, most in {**row.limits, **changed}.items() if most is not None}
        if row.limits != limits:
            row.limits = limits
            row.save(update_fields=["limits"])
            publish(SettingChanged(kind="agent_limits", row_id=person.pk), actor=actor)
