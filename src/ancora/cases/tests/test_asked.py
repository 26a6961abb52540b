"""Conditions among the words of a search: taken apart here, asked of the database in `test_conditions`."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancora.cases.queries.asked import OPERATORS, read

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("text", "words", "conditions"),
    [
        ("leak", "leak", []),
        ("from:carla leak", "leak", [("from", "carla")]),
        ('leak from:"Carla Bianchi" grinder', "leak grinder", [("from", "Carla Bianchi")]),
        ("da:carla etichetta:perdita stato:aperto", "", [("from", "carla"), ("tag", "perdita"), ("is", "open")]),
        ("IS:Open Tag:Leak", "", [("is", "open"), ("tag", "Leak")]),
        ("owner:me", "", [("owner", "me")]),
        ("responsabile:nessuno", "", [("owner", "nobody")]),
        ("priority:urgent priorità:bassa", "", [("priority", 4), ("priority", 1)]),
        ("before:2026-10-01", "", [("before", date(2026, 10, 1))]),
        ("prima:1/10/2026 dopo:1.9.2026", "", [("before", date(2026, 10, 1)), ("after", date(2026, 9, 1))]),
        ("after:7d", "", [("after", date(2026, 11, 19))]),
        ("after:2s before:ieri", "", [("after", date(2026, 11, 12)), ("before", date(2026, 11, 25))]),
        ("https://shop.example/x re:leak 12:30", "https://shop.example/x re:leak 12:30", []),
        ('"is:open" -drip', '"is:open" -drip', []),
    ],
)
def test_what_was_typed_is_taken_apart(text, words, conditions):
    asked = read(text, today=TODAY)
    assert (asked.words, asked.conditions, asked.without, asked.problems) == (words, conditions, [], [])


def test_minus_turns_a_condition_round():
    asked = read("-tag:leak grinder", today=TODAY)
    assert (asked.words, asked.conditions, asked.without) == ("grinder", [], [("tag", "leak")])


@pytest.mark.parametrize(
    "problem",
    ["is:blue", "before:soon", "before:2026-02-30", "after:9999-01-01", "after:9999y", "priority:9", "tag:", 'from:""'],
)
def test_condition_that_says_nothing_is_told(problem):
    asked = read(f"leak {problem}", today=TODAY)
    assert (asked.words, asked.conditions, asked.problems) == ("leak", [], [problem])


@given(st.text(max_size=60), st.sampled_from(sorted(OPERATORS)))
def test_nothing_that_can_be_typed_breaks_it(text, name):
    read(text, today=TODAY)
    asked = read(f"{name}:{text}", today=TODAY)
    assert asked.conditions or asked.problems
