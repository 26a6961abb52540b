"""Which channel fits: the prior, what own counts make of it, rules, waiting, and that nothing is ever removed."""

import math
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancora.selfservice.advice.decision import (
    PRIOR,
    PRIOR_BEST,
    PRIOR_WEIGHT,
    Complexity,
    Matter,
    Offer,
    Rule,
    Sensitivity,
    Urgency,
    advise,
    prior_of,
)

ALL = ("email", "chat", "phone", "visit", "social")
offers = st.lists(
    st.builds(
        Offer,
        channel=st.sampled_from(ALL),
        wait_seconds=st.none() | st.floats(0, 1e6),
        opens_at=st.none() | st.just(datetime(2026, 1, 1, tzinfo=UTC)),
        contacts=st.just(50),
        solved=st.integers(0, 50),
    ),
    unique_by=lambda one: one.channel,
)
matters = st.builds(Matter, st.sampled_from(Complexity), st.sampled_from(Sensitivity), st.sampled_from(Urgency))


def order(matter: Matter, *given: Offer, rules=()) -> list[str]:
    return [one.channel for one in advise(matter, given, rules)]


def test_without_counts_the_survey_decides():
    everything = [Offer(channel) for channel in ("email", "phone", "visit", "social")]
    assert order(Matter(Complexity.SIMPLE), *everything) == ["email", "phone", "visit", "social"]
    assert order(Matter(Complexity.COMPLEX), *everything) == ["phone", "visit", "email", "social"]
    assert order(Matter(Complexity.DIFFICULT), *everything)[:2] == ["phone", "visit"]


def test_the_prior_is_worth_twenty_contacts():
    prior = prior_of(Complexity.SIMPLE, ["phone", "visit"])
    simple = PRIOR[Complexity.SIMPLE]
    assert prior == pytest.approx({"phone": PRIOR_BEST, "visit": PRIOR_BEST * simple["visit"] / simple["phone"]})
    found = advise(Matter(), [Offer("phone", contacts=5, solved=1), Offer("visit")], [])
    solved = {one.channel: math.exp(one.terms[0].adds) for one in found}
    assert solved["phone"] == pytest.approx((PRIOR_WEIGHT * PRIOR_BEST + 1) / (PRIOR_WEIGHT + 5))
    assert solved["visit"] == pytest.approx(prior["visit"])


def test_what_solves_comes_first():
    assert order(Matter(), Offer("chat", contacts=200, solved=40), Offer("email", contacts=200, solved=180)) == [
        "email",
        "chat",
    ]


def test_who_cannot_wait_is_sent_where_nobody_waits():
    queue, mail = Offer("phone", wait_seconds=60), Offer("email", wait_seconds=28_800)
    assert order(Matter(urgency=Urgency.HIGH), queue, mail) == ["phone", "email"]
    assert order(Matter(urgency=Urgency.LOW), queue, mail) == ["email", "phone"]


def test_rules_speak_for_a_kind_of_matter_and_say_why():
    rule = Rule("phone", 5, "Secret things are not for a chat.", sensitivity=Sensitivity.SECRET)
    offers = Offer("chat"), Offer("phone")
    assert order(Matter(), *offers, rules=[rule]) == ["chat", "phone"]
    best = advise(Matter(sensitivity=Sensitivity.SECRET), offers, [rule])[0]
    assert (best.channel, best.terms[-1].reason) == ("phone", rule.reason)


@given(offers, matters, st.lists(st.builds(Rule, st.sampled_from(ALL), st.floats(-50, 50))))
def test_nothing_is_removed_and_what_is_closed_comes_last(given, matter, rules):
    found = advise(matter, given, rules)
    assert sorted(one.channel for one in found) == sorted(one.channel for one in given)
    closed = [one.offer.opens_at is not None for one in found]
    assert closed == sorted(closed)
    assert found == advise(matter, reversed(given), rules)


def test_own_counts_overcome_a_prior_that_is_wrong():
    """People here, unlike those of the survey, solve complex things by chat: advice learns it, and costs less than
    the prior alone would."""
    chances = {"chat": 0.9, "phone": 0.5, "visit": 0.4}
    generator, counts = random.Random(7), {channel: [0, 0] for channel in chances}
    missed = []
    for _ in range(600):
        given = [Offer(channel, contacts=all_, solved=good) for channel, (all_, good) in counts.items()]
        best = advise(Matter(Complexity.COMPLEX), given, [])[0].channel
        # Advice is taken by most, not by all.
        taken = best if generator.random() < 0.7 else generator.choice(list(chances))
        counts[taken][0] += 1
        counts[taken][1] += generator.random() < chances[taken]
        missed.append(max(chances.values()) - chances[best])
    first = advise(Matter(Complexity.COMPLEX), [Offer(channel) for channel in chances], [])[0].channel
    always_first = max(chances.values()) - chances[first]
    assert sum(missed[-200:]) / 200 < always_first / 4
