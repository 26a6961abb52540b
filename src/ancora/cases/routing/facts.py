"""What routing decides on, read from the database: a constant number of queries, however many cases and people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q

from ancora.cases.models import Case, CaseTag, InLine, RoutedAgent, Skill, Status, TeamRouting
from ancora.cases.presence.desks import at_their_desks
from ancora.cases.routing.decision import Agent, Waiting
from ancora.conversations.models import Mailbox
from ancora.parties.models import Membership
from ancora.platform import clock
from ancora.platform.accounts.models import Role, User
from ancora.platform.accounts.queries import current_organisation


@dataclass(frozen=True, slots=True)
class Skills:
    """held: ids of skills by person · the rest says which skill is asked for by what."""

    held: Mapping[int, frozenset[int]]
    by_language: Mapping[str, int]
    by_team: Mapping[int, frozenset[int]]
    by_tag: Mapping[int, frozenset[int]]

    def asked_by(self, case: Case, tag_ids: Iterable[int]) -> frozenset[int]:
        language = self.by_language.get(case.language)
        asked = [self.by_team.get(case.team_id, frozenset()), *(self.by_tag.get(pk, frozenset()) for pk in tag_ids)]
        return frozenset().union(*asked, [language] if language else [])


def agents_in(team_ids: Iterable[int]) -> dict[int, list[User]]:
    """Who may serve customers in each of the teams; one query."""
    found: dict[int, list[User]] = {pk: [] for pk in team_ids}
    members = Membership.objects.filter(team__in=found, team__is_active=True, user__is_active=True)
    for one in members.exclude(user__role=Role.OBSERVER).select_related("user").order_by("user_id"):
        found[one.team_id].append(one.user)
    return found


def skills_of(people: Iterable[User]) -> Skills:
    """Skills in use, who of the people has them, and what asks for them; four queries."""
    languages = dict(Skill.objects.filter(is_active=True).order_by("id").values_list("id", "language"))
    by_language = {language: pk for pk, language in languages.items() if language}
    held: dict[int, set[int]] = {}
    usual = current_organisation().language
    for person in people:
        spoken = by_language.get(person.language or usual)
        held[person.pk] = {spoken} if spoken else set()
    for pk, person_id in _linked(Skill.people.through, "user_id", languages, user__in=held):
        held[person_id].add(pk)
    teams = _linked(Skill.teams.through, "team_id", languages)
    tags = _linked(Skill.tags.through, "tag_id", languages)
    return Skills(_frozen(held), by_language, _by_other(teams), _by_other(tags))


def agents(people: list[User], rows: Mapping[int, RoutedAgent], skills: Skills) -> dict[int, Agent]:
    """The people as routing sees them, each with their own limits alone; three queries."""
    ids, now = [person.pk for person in people], clock.now()
    load, idle, here = load_of(ids), _idle_since(ids), at_their_desks(ids)
    found = {}
    for pk in ids:
        row = rows.get(pk) or RoutedAgent(person_id=pk)
        found[pk] = Agent(
            id=pk,
            limits=row.limits,
            load=load.get(pk, {}),
            skills=skills.held[pk],
            is_away=is_away(row, now),
            away_until=row.away_until,
            is_here=pk in here,
            idle_since=idle.get(pk),
        )
    return found


def limits_in(own: Mapping[str, int], terms: TeamRouting | None) -> dict[str, int]:
    """By channel: one's own limit, else, under "", that of the team."""
    return {"": (terms or TeamRouting()).limit, **own}


def is_away(row: RoutedAgent, now: datetime) -> bool:
    return row.is_away and (row.away_until is None or row.away_until > now)


def load_of(ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many open cases of each channel people own; one query."""
    found: dict[int, dict[str, int]] = {}
    owned = Case.objects.filter(status=Status.OPEN, owner__in=list(ids), is_example=False).order_by()
    for pk, channel, count in owned.values_list("owner", "channel").annotate(Count("id")):
        found.setdefault(pk, {})[channel] = count
    return found


def waiting(cases: list[Case], skills: Skills, people: Iterable[User] = ()) -> list[Waiting]:
    """The cases as routing sees them, in their order, and which of the people may not see them; four queries at
    most."""
    ids = [case.pk for case in cases]
    tags: dict[int, list[int]] = {pk: [] for pk in ids}
    for case_id, tag_id in CaseTag.objects.filter(case__in=ids).values_list("case_id", "tag_id"):
        tags[case_id].append(tag_id)
    since = dict(InLine.objects.filter(case__in=ids).values_list("case_id", "since"))
    owners, barred = _owners_of({case.customer_id for case in cases}), _Sight(cases, people)
    return [
        Waiting(
            id=case.pk,
            channel=case.channel,
            since=since.get(case.pk, case.opened_at),
            needs=skills.asked_by(case, tags[case.pk]),
            owner_id=owners.get(case.customer_id),
            barred=barred.from_(case),
            priority=case.priority,
        )
        for case in cases
    ]


class _Sight:
    """Who of some people does not see a case: it is in mailboxes of teams that they are not in."""

    def __init__(self, cases: list[Case], people: Iterable[User]):
        self._people = [person for person in people if not person.is_administrator]
        mailboxes = {pk for case in cases for pk in case.mailbox_ids}
        kept = Mailbox.teams.through.objects.filter(mailbox__in=mailboxes) if self._people else ()
        self._teams: dict[int, set[int]] = {}
        for one in kept:
            self._teams.setdefault(one.mailbox_id, set()).add(one.team_id)
        teams = {pk for of_one in self._teams.values() for pk in of_one}
        members = Membership.objects.filter(team__in=teams) if teams else ()
        self._members = {(one.team_id, one.user_id) for one in members}

    def from_(self, case: Case) -> frozenset[int]:
        if not case.mailbox_ids or set(case.mailbox_ids) - self._teams.keys():
            return frozenset()
        teams = {team for pk in case.mailbox_ids for team in self._teams[pk]}
        return frozenset(one.pk for one in self._people if not any((team, one.pk) in self._members for team in teams))


_OWNERS = """
SELECT w.customer, k.owner_id FROM unnest(%s::bigint[]) AS w(customer), LATERAL (
    SELECT owner_id FROM cases_case WHERE customer_id = w.customer AND owner_id IS NOT NULL
        AND status IN ('open', 'waiting', 'resolved', 'closed') ORDER BY last_message_at DESC LIMIT 1) k
"""


def _owners_of(customer_ids: set[int]) -> dict[int, int]:
    """Who owned the latest case of each customer that somebody owned."""
    with connection.cursor() as cursor:
        cursor.execute(_OWNERS, [sorted(customer_ids)])
        return dict(cursor.fetchall())


# The record knows when somebody last became an owner, by routing or by hand.
_IDLE = """
SELECT w.person, k.occurred_at FROM unnest(%s::bigint[]) AS w(person), LATERAL (
    SELECT e.occurred_at FROM event_object o JOIN event e ON e.recorded_at = o.recorded_at AND e.id = o.event_id
    WHERE o.object_type = 'user' AND o.object_id = w.person AND o.qualifier = 'owner_id' AND e.type = 'case.assigned'
    ORDER BY o.event_id DESC LIMIT 1) k
"""


def _idle_since(ids: list[int]) -> dict[int, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(_IDLE, [ids])
        return dict(cursor.fetchall())


def _linked(through, other: str, known: Mapping[int, str], **which) -> list[tuple[int, int]]:
    found = through.objects.filter(Q(**which), skill__in=known)
    return list(found.values_list("skill_id", other))


def _by_other(pairs: list[tuple[int, int]]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for skill, other in pairs:
        found.setdefault(other, set()).add(skill)
    return _frozen(found)


def _frozen(sets: Mapping[int, set[int]]) -> dict[int, frozenset[int]]:
    return {pk: frozenset(held) for pk, held in sets.items()}
