"""Conditions of a search are completed while they are typed, in the viewer's language, and understood."""

from datetime import date

import pytest
from django.utils.translation import override

from ancora.cases.commands import create_tag
from ancora.cases.queries.asked import read
from ancora.desk.narrowing import NAMES, VALUES, narrowed
from ancora.platform.events.actors import Actor


def offered(viewer, words: str) -> list[str]:
    return [choice.fill for choice in narrowed(viewer, words)]


@pytest.mark.parametrize("language", ["en", "it"])
def test_everything_that_is_offered_is_understood(language):
    with override(language):
        for operator, (name, _hint) in NAMES.items():
            for value in VALUES.get(operator, ["x"]):
                asked = read(f"{name}:{value}", today=date(2026, 11, 26))
                assert [known for known, _value in asked.conditions] == [operator], (language, f"{name}:{value}")


def test_name_then_value_then_nothing(cast):
    assert offered(cast.stan, "grinder pri") == ["grinder priority:"]
    assert offered(cast.stan, "grinder priority:h") == ["grinder priority:high "]
    assert offered(cast.stan, "grinder priority:high") == []
    assert offered(cast.stan, "grinder priority:high ") == []
    assert offered(cast.stan, "grinder") == []


def test_what_is_stored_is_offered_and_quoted(cast):
    create_tag("white goods", actor=Actor.human(cast.anna))
    assert offered(cast.stan, "tag:go") == ['tag:"white goods" ']
    assert offered(cast.stan, "-tag:wh") == ['-tag:"white goods" ']
    assert offered(cast.stan, "owner:lena") == ['owner:"Lena Vogt" ']


def test_one_query_at_most(cast, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        for_tags = narrowed(cast.stan, "is:open tag:x")
    assert for_tags == []
    with django_assert_max_num_queries(0):
        assert narrowed(cast.stan, "is:w")


def test_address_with_a_colon_offers_nothing(cast):
    assert narrowed(cast.stan, "https://x") == []
