"""Who has how much to do, and which customers wait for us: counted in the database, whatever the number of cases.

A case is *held* while it is open or waits. It is *on us* when it is open or waits on us. A customer *waits since* the
first message that a person wrote and nobody answered yet; what was taken down by hand counts as answered then, as it
does for the clocks of service levels.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.http import Http404

from ancora.cases.models import Case, Presence
from ancora.cases.queries.cases import seen_by
from ancora.cases.queries.presence import gone
from ancora.cases.routing.queries import Capacity
from ancora.conversations.queries import hidden_mailbox_ids
from ancora.parties.models import Membership, Team
from ancora.parties.queries import active_teams, team_ids_of
from ancora.platform import clock
from ancora.platform.accounts.models import Role, User

# Ages of what nobody owns: each band ends here, the last one has no end.
BANDS = (timedelta(hours=1), timedelta(hours=4), timedelta(days=1), timedelta(days=3))
MOST_WAITING = 20
# As many as a bulk change does while the person waits.
MOST_HELD = 25
NOBODY = "nobody"


@dataclass(slots=True)
class Load:
    """What one person has, or nobody (`person` is None). `oldest`: since when the longest waiting of their customers
    waits · `state`: writing, viewing or away while they have a case on the screen · `is_here`, `capacity`: whether they
    are at their desk, and what routing may give them, where somebody asked."""

    person: User | None
    open: int = 0
    us: int = 0
    customer: int = 0
    others: int = 0
    near: int = 0
    late: int = 0
    oldest: datetime | None = None
    tasks: int = 0
    answered: int = 0
    state: str = ""
    is_here: bool = False
    capacity: Capacity | None = None

    @property
    def is_away(self) -> bool:
        return self.capacity is not None and self.capacity.is_away

    @property
    def is_there(self) -> bool:
        """Whether they would see at once what they are given."""
        return not self.is_away and (self.is_here or self.is_present)

    @property
    def is_present(self) -> bool:
        return self.state in ("writing", "viewing")

    @property
    def may_be_given(self) -> bool:
        return self.person is None or (self.person.is_active and self.person.is_agent)


@dataclass(slots=True)
class Workload:
    """people: by name · unowned: what nobody owns · bands: how many open cases of those have which age, the youngest
    first · waiting: the first `MOST_WAITING` of the `waiting_count` cases whose customers wait on us, the longest
    first, each with `waits_since`."""

    people: list[Load]
    unowned: Load
    bands: list[int]
    waiting: list[Case]
    waiting_count: int


@dataclass(frozen=True, slots=True)
class Held:
    """cases: the longest waiting first, each with `waits_since`; at most `MOST_HELD` of `total`."""

    cases: list[Case] = field(default_factory=list)
    total: int = 0


# Joined as sets, not case by case: that is a third of the work when there are ten thousand.
_HELD = """
held AS MATERIALIZED (
    SELECT cases_case.id, owner_id, team_id, status, waiting_on, channel, last_message_at, opened_at,
        (status = 'open' OR waiting_on = 'us') AS on_us, k.due_at <= %(now)s AS late,
        k.due_at > %(now)s AND EXISTS (SELECT FROM jsonb_array_elements(k.hands) hand
            WHERE (hand ->> 'due') IS NOT NULL AND (hand ->> 'warns')::timestamptz <= %(now)s) AS near
    FROM cases_case LEFT JOIN cases_caseclocks k ON k.case_id = cases_case.id
    WHERE status IN ('open', 'waiting') AND {where} AND {seen}
), said AS (
    SELECT held.id, held.channel, opened_at, m.recorded_at AS at, m.direction,
        max(m.recorded_at) FILTER (WHERE m.direction = 'out') OVER (PARTITION BY held.id) AS answered_at
    FROM held JOIN cases_caseconversation l ON l.case_id = held.id AND l.until IS NULL
    JOIN conversations_place p ON p.conversation_id = l.conversation_id AND p.until IS NULL
    JOIN conversations_message m ON m.id = p.message_id
    LEFT JOIN conversations_outgoing o ON o.message_id = m.id
    WHERE on_us AND CASE m.direction WHEN 'in' THEN m.auto = ''
        ELSE coalesce(o.purpose IN ('reply', 'new') AND o.state <> 'taken_back', true) END
), waits AS (
    SELECT id, min(at) AS since FROM said
    WHERE direction = 'in' AND at > coalesce(answered_at, '-infinity')
        AND (channel NOT IN ('phone', 'visit', 'other') OR at > opened_at)
    GROUP BY id
), found AS MATERIALIZED (SELECT held.*, since FROM held LEFT JOIN waits USING (id))
"""
_IN_TEAM = "(%(team)s::bigint IS NULL OR team_id = %(team)s)"
_BAND = "count(*) FILTER (WHERE coalesce(since, opened_at) > %(now)s - %(band{})s::interval)"
_WORKLOAD = f"""
WITH {_HELD}
SELECT (SELECT jsonb_agg(to_jsonb(one)) FROM (
    SELECT owner_id, bool_or({_IN_TEAM}) AS is_here, count(*) AS open, count(*) FILTER (WHERE on_us) AS us,
        count(*) FILTER (WHERE waiting_on = 'customer') AS customer,
        count(*) FILTER (WHERE waiting_on = 'third_party') AS others, count(*) FILTER (WHERE near) AS near,
        count(*) FILTER (WHERE late) AS late, min(since) AS oldest
    FROM found WHERE owner_id IS NOT NULL OR {_IN_TEAM} GROUP BY owner_id) one),
(SELECT array[{", ".join(_BAND.format(number) for number in range(len(BANDS)))}, count(*)]
    FROM found WHERE owner_id IS NULL AND status = 'open' AND {_IN_TEAM}),
(SELECT jsonb_agg(jsonb_build_array(id, since)) FROM (
    SELECT id, since FROM found WHERE since IS NOT NULL AND {_IN_TEAM} ORDER BY since, id LIMIT %(most)s) longest),
(SELECT count(*) FROM found WHERE since IS NOT NULL AND {_IN_TEAM})
"""  # noqa: S608
_LONGEST_FIRST = f"""
WITH {_HELD}
SELECT id, since, count(*) OVER () FROM found ORDER BY on_us DESC, since NULLS LAST, last_message_at, id
LIMIT %(most)s
"""  # noqa: S608


def teams_of_view(viewer) -> list[Team]:
    """Whose workload the viewer may look at: a lead every team's, others that of the teams they are in."""
    found = active_teams(viewer)
    return list(found if viewer.is_lead else found.filter(pk__in=team_ids_of(viewer)))


def team_of_view(viewer, teams: list[Team], pk: int | None) -> Team | None:
    """The team that is asked for among `teams`; None is all of them, for leads only. Not yours → 404."""
    if pk is None and (viewer.is_lead or not teams):
        return None
    found = teams[0] if pk is None else next((team for team in teams if team.pk == pk), None)
    if found is None:
        raise Http404("No such team.")
    return found


def workload(viewer, team: Team | None, *, today: datetime) -> Workload:
    """Of a team's members and of who owns cases of it, or of everybody. A person's numbers are of all their cases that
    the viewer sees; what nobody owns and who waits is narrowed to the team. `today`: when the viewer's day began. A
    constant number of queries."""
    rows, bands, longest, waiting = _counted(viewer, team)
    by_owner = {row.pop("owner_id"): row for row in rows}
    owners = {pk for pk, row in by_owner.items() if row.pop("is_here") and pk}
    loads = {person.pk: Load(person) for person in _people(team, owners)}
    unowned = Load(None)
    for pk, row in by_owner.items():
        if (load := loads.get(pk) if pk else unowned) is not None:
            oldest = row.pop("oldest")
            for name, count in row.items():
                setattr(load, name, count)
            load.oldest = _moment(oldest)
    _add_days_work(viewer, loads, today)
    ages = [later - earlier for earlier, later in zip([0, *bands], bands, strict=False)]
    return Workload(list(loads.values()), unowned, ages, _cases([(pk, _moment(at)) for pk, at in longest]), waiting)


def held_by(viewer, owner: User | None, team: Team | None = None, *, most: int = MOST_HELD, only: str = "") -> Held:
    """The cases that `owner` holds, or those that nobody owns (of the team). `only="open"`: none that waits."""
    where = "owner_id = %(owner)s" if owner else f"owner_id IS NULL AND {_IN_TEAM}"
    if only:
        where += " AND status = %(only)s"
    given = {"owner": owner and owner.pk, "team": team and team.pk, "only": only, "most": most}
    rows = _asked(viewer, _LONGEST_FIRST, where, given)
    return Held(_cases([(pk, since) for pk, since, _total in rows]), rows[0][2] if rows else 0)


def _counted(viewer, team: Team | None) -> tuple[list[dict], list[int], list, int]:
    given: dict[str, object] = {f"band{number}": end for number, end in enumerate(BANDS)}
    given |= {"team": team and team.pk, "most": MOST_WAITING}
    [(rows, bands, longest, waiting)] = _asked(viewer, _WORKLOAD, "true", given)
    return json.loads(rows or "[]"), bands, json.loads(longest or "[]"), waiting


def _asked(viewer, sql: str, where: str, given: dict) -> list[tuple]:
    seen, parameters = seen_by(viewer)
    with connection.cursor() as cursor:
        cursor.execute(sql.format(where=where, seen=seen), {"now": clock.now(), **given, **parameters})
        return cursor.fetchall()


def _people(team: Team | None, owners: set[int]) -> list[User]:
    """Who may be given cases there, and whoever owns some of it all the same."""
    may_own = Q(is_active=True) & ~Q(role=Role.OBSERVER)
    if team is not None:
        may_own &= Q(pk__in=Membership.objects.filter(team=team).values("user"))
    return list(User.objects.filter(may_own | Q(pk__in=owners)).order_by("name", "id"))


_TASKS_DUE = """
SELECT person_id, count(*) FROM cases_task t JOIN cases_case ON cases_case.id = t.case_id
WHERE t.state = 'open' AND t.person_id = ANY(%(people)s) AND t.due_at < %(tomorrow)s
    AND cases_case.status NOT IN ('spam', 'trash') AND {seen} GROUP BY person_id
"""
# The moment of an attempt has an index, and what was tried again left before.
_ANSWERED = """
SELECT m.author_id, count(*) FROM conversations_outgoing o JOIN conversations_message m ON m.id = o.message_id
WHERE o.mailbox_id IN (SELECT id FROM conversations_mailbox WHERE id <> ALL(%(hidden)s::bigint[]))
    AND o.tried_at >= %(today)s AND o.purpose = 'reply' AND o.state IN ('accepted', 'delivered', 'bounced')
    AND coalesce(m.sent_at, m.recorded_at) >= %(today)s AND m.author_id = ANY(%(people)s) GROUP BY m.author_id
"""


def _add_days_work(viewer, loads: dict[int, Load], today: datetime) -> None:
    seen, parameters = seen_by(viewer)
    people = {"people": list(loads), "today": today, "tomorrow": today + timedelta(days=1)}
    with connection.cursor() as cursor:
        cursor.execute(_TASKS_DUE.format(seen=seen), {**people, **parameters})
        for pk, count in cursor.fetchall():
            loads[pk].tasks = count
        cursor.execute(_ANSWERED, {**people, "hidden": parameters.get("hidden") or hidden_mailbox_ids(viewer)})
        for pk, count in cursor.fetchall():
            loads[pk].answered = count
    present = Presence.objects.exclude(gone()).filter(user__in=list(loads)).values_list("user_id", "state")
    # In the order of the alphabet the livelier comes later: away, viewing, writing.
    for pk, state in present:
        loads[pk].state = max(loads[pk].state, state)


def _cases(rows: list[tuple[int, datetime | None]]) -> list[Case]:
    known = Case.objects.select_related("customer", "owner", "team", "clocks").in_bulk([pk for pk, _since in rows])
    for pk, since in rows:
        if pk in known:
            known[pk].waits_since = since
    return [known[pk] for pk, _since in rows if pk in known]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
