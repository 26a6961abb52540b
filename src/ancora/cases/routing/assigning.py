"""Gives out waiting cases, safe with any number of workers and of people who help themselves.

Whoever gives somebody a case holds the row of that person until it is committed, and counts what they hold only then;
a case that somebody else is just changing has its turn the next time.
"""

from dataclasses import asdict, replace
from datetime import datetime, timedelta

from django.db import connection, transaction

from ancora.cases.commands.locking import save
from ancora.cases.events import CaseAssigned, CaseHandedOff
from ancora.cases.models import Case, InLine, Presence, PresenceState, RoutedAgent, Status, TeamRouting
from ancora.cases.queries.presence import gone
from ancora.cases.routing.decision import Agent, Reason, decide, taking
from ancora.cases.routing.events import CaseEscalated
from ancora.cases.routing.facts import agents, agents_in, limits_in, skills_of, waiting
from ancora.cases.routing.patience import Patience
from ancora.cases.rules.triggers import SUBSCRIBER, triggers_in_use
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish

ROUTING = Actor("bot")
MOST_AT_ONCE = 100
MOST_IN_LINE = 10_000


def route_all() -> int:
    """Give out what waits in the teams that have it on, and escalate what waits too long; says how many cases were
    given out."""
    used = list(TeamRouting.objects.filter(is_on=True, team__is_active=True).values_list("team_id", flat=True))
    _stand_in_line(used)
    return sum(route_team(pk) for pk in sorted(used))


_STAND = """
INSERT INTO cases_inline (case_id, since)
SELECT id, %(now)s FROM cases_case
WHERE status = 'open' AND owner_id IS NULL AND team_id = ANY(%(teams)s::bigint[]) AND NOT is_example
    AND (NOT %(rules)s OR id NOT IN (
        SELECT o.object_id FROM event_delivery d
        JOIN event_object o ON o.recorded_at = d.recorded_at AND o.event_id = d.event_id AND o.object_type = 'case'
        WHERE d.subscriber = %(subscriber)s AND d.attempts = 0))
ON CONFLICT (case_id) DO NOTHING
"""
_LEAVE = """
DELETE FROM cases_inline l WHERE NOT EXISTS (SELECT 1 FROM cases_case k WHERE k.id = l.case_id
    AND k.status = 'open' AND k.owner_id IS NULL AND k.team_id = ANY(%(teams)s::bigint[]))
"""


def _stand_in_line(team_ids: list[int]) -> None:
    """From now on they wait, once rules in use have seen them; those that no longer wait are forgotten."""
    rules = {"rules": bool(triggers_in_use()), "subscriber": SUBSCRIBER}
    with connection.cursor() as cursor:
        cursor.execute(_LEAVE, {"teams": team_ids})
        cursor.execute(_STAND, {"teams": team_ids, "now": clock.now(), **rules})


def route_team(team_id: int) -> int:
    """Give out what stands in line for a team, the urgent first; says how many."""
    places = InLine.objects.filter(case__team=team_id, case__status=Status.OPEN, case__owner=None)
    ids = list(places.order_by("-case__priority", "since", "case_id").values_list("case_id", flat=True)[:MOST_IN_LINE])
    given = 0
    for start in range(0, len(ids), MOST_AT_ONCE):
        given += _route(team_id, ids[start : start + MOST_AT_ONCE])
    return given


@transaction.atomic
def _route(team_id: int, case_ids: list[int]) -> int:
    rows = {one.team_id: one for one in TeamRouting.objects.all()}
    terms = rows.get(team_id)
    if terms is None or not terms.is_on:
        return 0
    teams = agents_in({team_id, terms.overflow_team_id} - {None})
    people = {person.pk: person for team in teams.values() for person in team}
    held = hold_agents(people)
    skills = skills_of(people.values())
    found = agents(list(people.values()), held, skills)
    own = [person.pk for person in teams[team_id]]
    spare = [person.pk for person in teams.get(terms.overflow_team_id, [])]
    everybody = [_limited(found[pk], terms) for pk in own]
    everybody += [_limited(found[pk], rows.get(terms.overflow_team_id, terms)) for pk in spare]
    now, given = clock.now(), 0
    patience = Patience(team_id, now)
    if not _has_any_room(everybody, case_ids):
        # Nobody can be given one: only what is to be escalated is held.
        case_ids = _to_escalate(case_ids, terms, now, patience)
    if not case_ids:
        return 0
    cases = held_cases(case_ids, team_id)
    theirs = written_in(case_ids)
    for case, asked in zip(cases, waiting(cases, skills, people.values()), strict=True):
        if case.pk in theirs:
            continue
        overflows = patience.is_out(asked.since, terms.overflow_after)
        decision = decide(
            asked,
            [_limited(found[pk], terms) for pk in own],
            [_limited(found[pk], rows.get(terms.overflow_team_id, terms)) for pk in spare] if overflows else (),
        )
        if decision.agent_id is not None:
            found[decision.agent_id] = taking(found[decision.agent_id], asked, now)
            _give(case, people[decision.agent_id], decision.reason, terms)
            given += 1
        elif patience.is_out(asked.since, terms.escalate_after):
            _escalate(case, terms, now)
    return given


def hold_agents(ids) -> dict[int, RoutedAgent]:
    """The rows of these people, held until the transaction ends; in the order of their ids, so that two of us never
    wait for each other."""
    ids = list(ids)
    RoutedAgent.objects.bulk_create([RoutedAgent(person_id=pk) for pk in sorted(ids)], ignore_conflicts=True)
    rows = RoutedAgent.objects.select_for_update().filter(person__in=ids).order_by("person_id")
    return {row.person_id: row for row in rows}


def held_cases(ids: list[int], team_id: int | None) -> list[Case]:
    """Those of the cases that still wait, and that nobody else holds; held until the transaction ends, in the order
    of `ids`."""
    fresh = Case.objects.filter(pk__in=ids, status=Status.OPEN, owner=None, team=team_id)
    found = {case.pk: case for case in fresh.select_for_update(skip_locked=True, of=("self",))}
    return [found[pk] for pk in ids if pk in found]


def assign(case: Case, owner: User, reason: Reason, *, actor: Actor, source: str = "", key: str = "") -> None:
    """Make somebody the owner of a case that is held, and say why."""
    before, case.owner = case.owner_id, owner
    save(case, "owner")
    told = {name: value for name, value in asdict(reason).items() if value not in (None, (), False)}
    event = CaseAssigned(case_id=case.pk, owner_id=owner.pk, owner_before_id=before, **told)
    publish(event, actor=actor, source=source, key=key)


def written_in(case_ids: list[int], *, by_others_than: User | None = None) -> set[int]:
    """Where somebody is typing: whoever answers what nobody owns becomes its owner by that."""
    writing = Presence.objects.filter(case__in=case_ids, state=PresenceState.WRITING).exclude(gone())
    if by_others_than is not None:
        writing = writing.exclude(user=by_others_than)
    return set(writing.values_list("case_id", flat=True))


def _has_any_room(people: list[Agent], case_ids: list[int]) -> bool:
    here = [one for one in people if one.is_here and not one.is_away]
    channels = set(Case.objects.filter(pk__in=case_ids).order_by().values_list("channel", flat=True)) if here else ()
    return any(one.has_room(channel) for one in here for channel in channels)


def _to_escalate(case_ids: list[int], terms: TeamRouting, now: datetime, patience: Patience) -> list[int]:
    if terms.escalate_after is None:
        return []
    late = InLine.objects.filter(
        case__in=case_ids, escalated_at=None, since__lte=now - timedelta(minutes=terms.escalate_after)
    )
    found = {pk for pk, since in late.values_list("case_id", "since") if patience.is_out(since, terms.escalate_after)}
    return [pk for pk in case_ids if pk in found]


def _limited(agent: Agent, terms: TeamRouting) -> Agent:
    return replace(agent, limits=limits_in(agent.limits, terms))


def _give(case: Case, owner: User, reason: Reason, terms: TeamRouting) -> None:
    """To the overflow team too, when it is one of theirs."""
    if reason.is_overflow and terms.overflow_team_id != case.team_id:
        before, case.team_id = case.team_id, terms.overflow_team_id
        save(case, "team")
        publish(CaseHandedOff(case_id=case.pk, team_id=case.team_id, team_before_id=before), actor=ROUTING)
    assign(case, owner, reason, actor=ROUTING)
    InLine.objects.filter(case=case).delete()


def _escalate(case: Case, terms: TeamRouting, now: datetime) -> None:
    """Once for each time that it waits."""
    if InLine.objects.filter(case=case, escalated_at=None).update(escalated_at=now):
        event = CaseEscalated(case_id=case.pk, team_id=terms.team_id, minutes=terms.escalate_after)
        publish(event, actor=ROUTING)
