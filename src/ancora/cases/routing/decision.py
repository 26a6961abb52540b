"""Who gets a case, and why: no Django, no database; the same facts always give the same answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

_EVER = datetime.min.replace(tzinfo=UTC)


class Rule(StrEnum):
    """By what a person was chosen: they own the customer, they were given nothing for the longest time, they took it
    themselves."""

    OWNER = "owner"
    IDLE = "idle"
    PULL = "pull"


class Passed(StrEnum):
    """Why the customer's owner did not get the case."""

    OUTSIDE = "outside"
    UNSKILLED = "unskilled"
    AWAY = "away"
    GONE = "gone"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """limits, load: open cases by channel, at most (the limit under "" for the others) and now · is_here: their desk is
    open · idle_since: when they last became the owner of a case."""

    id: int
    limits: Mapping[str, int]
    load: Mapping[str, int]
    skills: frozenset[int] = frozenset()
    is_away: bool = False
    is_here: bool = True
    away_until: datetime | None = None
    idle_since: datetime | None = None

    def limit(self, channel: str) -> int:
        return self.limits.get(channel, self.limits.get("", 0))

    def holds(self, channel: str) -> int:
        return self.load.get(channel, 0)

    def has_room(self, channel: str) -> bool:
        return self.holds(channel) < self.limit(channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A case without owner. needs: skills it asks for · owner_id: the customer's · barred: who may not see it."""

    id: int
    channel: str
    since: datetime
    needs: frozenset[int] = frozenset()
    owner_id: int | None = None
    barred: frozenset[int] = frozenset()
    priority: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why: skills: those that the case asks for and the person has · holds, limit: open cases of the channel with this
    one, of at most · passed: why the customer's owner `passed_id` did not get it."""

    rule: Rule
    skills: tuple[int, ...] = ()
    holds: int | None = None
    limit: int | None = None
    passed: Passed | None = None
    passed_id: int | None = None
    passed_until: datetime | None = None
    is_overflow: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """agent_id: None, and no reason, when nobody can be given the case now."""

    agent_id: int | None
    reason: Reason | None = None


NOBODY = Decision(None)


def decide(case: Waiting, team: Iterable[Agent], overflow: Iterable[Agent] = ()) -> Decision:
    """The customer's owner when they are in the team, have the skills and room, and are there; else whoever of the
    team was idle for the longest time; else, of `overflow`, whoever has the skills, and without them if nobody has."""
    team = list(team)
    able = [one for one in team if _may(one, case) and case.needs <= one.skills]
    owner = next((one for one in able if one.id == case.owner_id), None)
    if owner:
        return _given(case, owner, Rule.OWNER)
    passed = _passed(case, team)
    if able:
        return _given(case, min(able, key=_turn), Rule.IDLE, **passed)
    spare = [one for one in overflow if _may(one, case)]
    spare = [one for one in spare if case.needs <= one.skills] or spare
    return _given(case, min(spare, key=_turn), Rule.IDLE, is_overflow=True, **passed) if spare else NOBODY


def taking(agent: Agent, case: Waiting, at: datetime) -> Agent:
    """The agent once the case is theirs."""
    return replace(agent, load={**agent.load, case.channel: agent.holds(case.channel) + 1}, idle_since=at)


def next_for(agent: Agent, cases: Iterable[Waiting]) -> list[Waiting]:
    """What a person who takes a case takes first: those of their customers, the urgent, those that wait the longest;
    nothing that asks for skills they do not have. Limit and absence do not matter: they are there, and ask."""
    mine = [case for case in cases if case.needs <= agent.skills and agent.id not in case.barred]
    return sorted(mine, key=lambda case: (case.owner_id != agent.id, -case.priority, case.since, case.id))


def _may(agent: Agent, case: Waiting) -> bool:
    return agent.is_here and not agent.is_away and agent.id not in case.barred and agent.has_room(case.channel)


def _turn(agent: Agent) -> tuple:
    return agent.idle_since or _EVER, sum(agent.load.values()), agent.id


def _given(case: Waiting, agent: Agent, rule: Rule, **more) -> Decision:
    reason = Reason(
        rule=rule,
        skills=tuple(sorted(case.needs & agent.skills)),
        holds=agent.holds(case.channel) + 1,
        limit=agent.limit(case.channel),
        **more,
    )
    return Decision(agent.id, reason)


def _passed(case: Waiting, team: list[Agent]) -> dict:
    if case.owner_id is None:
        return {}
    owner = next((one for one in team if one.id == case.owner_id and one.id not in case.barred), None)
    if owner is None:
        return {"passed_id": case.owner_id, "passed": Passed.OUTSIDE}
    if owner.is_away:
        return {"passed_id": owner.id, "passed": Passed.AWAY, "passed_until": owner.away_until}
    if not owner.is_here:
        return {"passed_id": owner.id, "passed": Passed.GONE}
    passed = Passed.FULL if case.needs <= owner.skills else Passed.UNSKILLED
    return {"passed_id": owner.id, "passed": passed}
