"""Who gets a case: a table of stories, and what holds for every one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancora.cases.routing.decision import NOBODY, Agent, Passed, Rule, Waiting, decide, next_for, taking

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
ITALIAN, BILLING = 1, 2


def agent(pk, *, skills=(), holds=0, limit=5, idle=None, **more) -> Agent:
    since = NINE - timedelta(minutes=idle) if idle else None
    numbers = {"limits": {"": limit}, "load": {"email": holds}}
    return Agent(id=pk, skills=frozenset(skills), idle_since=since, **numbers, **more)


def case(*needs, owner=None, **more) -> Waiting:
    return Waiting(**{"id": 7, "channel": "email", "since": NINE, "needs": frozenset(needs), "owner_id": owner, **more})


NOON = NINE + timedelta(hours=3)
STORIES = {
    "the customer's owner comes first": (
        case(owner=2),
        [agent(1, idle=90), agent(2, holds=4, idle=1)],
        (2, Rule.OWNER, None),
    ),
    "whoever was idle for longest": (
        case(),
        [agent(1, idle=5), agent(2, idle=50), agent(3, idle=20)],
        (2, Rule.IDLE, None),
    ),
    "who never had one was idle for longest": (case(), [agent(1, idle=500), agent(2, holds=3)], (2, Rule.IDLE, None)),
    "of two who never had one, the one with less": (
        case(),
        [agent(1, holds=2), agent(2, holds=1)],
        (2, Rule.IDLE, None),
    ),
    "skills before idleness": (
        case(ITALIAN, BILLING),
        [agent(1, skills=[ITALIAN], idle=90), agent(2, skills=[ITALIAN, BILLING], idle=1)],
        (2, Rule.IDLE, None),
    ),
    "an owner who is away": (
        case(owner=1),
        [agent(1, is_away=True, away_until=NOON), agent(2)],
        (2, Rule.IDLE, Passed.AWAY),
    ),
    "an owner whose desk is not open": (
        case(owner=1),
        [agent(1, is_here=False), agent(2)],
        (2, Rule.IDLE, Passed.GONE),
    ),
    "an owner who is full": (case(owner=1), [agent(1, holds=5), agent(2)], (2, Rule.IDLE, Passed.FULL)),
    "an owner without the skill": (
        case(BILLING, owner=1),
        [agent(1), agent(2, skills=[BILLING])],
        (2, Rule.IDLE, Passed.UNSKILLED),
    ),
    "an owner of another team": (case(owner=9), [agent(1)], (1, Rule.IDLE, Passed.OUTSIDE)),
    "an owner who may not see it": (
        case(owner=1, barred=frozenset([1])),
        [agent(1), agent(2)],
        (2, Rule.IDLE, Passed.OUTSIDE),
    ),
    "room in another channel does not count": (
        case(channel="phone"),
        [
            Agent(id=1, limits={"": 9, "phone": 1}, load={"phone": 1}),
            Agent(id=2, limits={"": 1}, load={"email": 1}),
        ],
        (2, Rule.IDLE, None),
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_who_gets_the_case(story):
    asked, team, expected = STORIES[story]
    made = decide(asked, team)
    assert (made.agent_id, made.reason.rule, made.reason.passed) == expected


def test_reason_is_numbers_and_codes():
    team = [agent(1, is_away=True, away_until=NOON, skills=[ITALIAN]), agent(2, skills=[ITALIAN, BILLING], holds=2)]
    reason = decide(case(ITALIAN, owner=1), team).reason
    assert (reason.skills, reason.holds, reason.limit) == ((ITALIAN,), 3, 5)
    assert (reason.passed_id, reason.passed_until, reason.is_overflow) == (1, NOON, False)


def test_overflow_prefers_the_skilled_and_then_gives_up_the_skills():
    asked, away = case(BILLING), [agent(1, skills=[BILLING], is_away=True)]
    assert decide(asked, away) == NOBODY
    made = decide(asked, away, [agent(2, idle=90), agent(3, skills=[BILLING])])
    assert (made.agent_id, made.reason.is_overflow) == (3, True)
    made = decide(asked, away, [agent(2, idle=90), agent(3, holds=5, skills=[BILLING])])
    assert (made.agent_id, made.reason.skills) == (2, ())
    assert decide(asked, away, [agent(2, holds=5)]) == NOBODY


def test_who_takes_the_next_one_takes_their_customers_then_the_urgent_then_the_oldest():
    late, early = NINE, NINE - timedelta(hours=1)
    cases = [
        case(id=1, since=late),
        case(id=2, since=early),
        case(id=3, since=late, priority=4),
        case(id=4, since=late, owner=5, priority=1),
        case(BILLING, id=5, since=early, priority=4),
    ]
    assert [one.id for one in next_for(agent(5, holds=9), cases)] == [4, 3, 2, 1]


_skills = st.frozensets(st.integers(1, 3), max_size=2)
_agents = st.lists(
    st.builds(
        agent,
        st.integers(1, 6),
        skills=_skills,
        holds=st.integers(0, 3),
        limit=st.integers(0, 3),
        idle=st.none() | st.integers(1, 3),
        is_away=st.booleans(),
        is_here=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda one: one.id,
)
_cases = st.builds(
    lambda needs, owner, barred: case(*needs, owner=owner, barred=barred),
    _skills,
    st.none() | st.integers(1, 6),
    st.frozensets(st.integers(1, 6), max_size=2),
)


@given(_cases, _agents, _agents, st.randoms())
def test_what_holds_for_every_decision(asked, team, spare, random):
    made = decide(asked, team, spare)
    mixed = [random.sample(some, len(some)) for some in (team, spare)]
    assert decide(asked, *mixed) == made
    can = [
        one for one in team if one.is_here and not one.is_away and one.has_room("email") and one.id not in asked.barred
    ]
    able = [one for one in can if asked.needs <= one.skills]
    if made.agent_id is None:
        assert not able
        return
    chosen = next(one for one in (spare if made.reason.is_overflow else team) if one.id == made.agent_id)
    assert chosen.id not in asked.barred
    assert chosen.is_here
    assert not chosen.is_away
    assert chosen.holds("email") < chosen.limit("email")
    assert made.reason.holds == taking(chosen, asked, NINE).holds("email") <= made.reason.limit
    assert asked.needs <= chosen.skills or made.reason.is_overflow
    assert not made.reason.is_overflow or not able
    assert made.reason.rule == Rule.OWNER or not any(one.id == asked.owner_id for one in able)
    assert replace(asked, owner_id=None) == asked or made.reason.rule == Rule.OWNER or made.reason.passed_id
