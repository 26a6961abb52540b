"""Cases given to somebody else: what changed hands meanwhile stays, all of it is taken back at once."""

from uuid import uuid4

import pytest

from ancora.cases.bulk.dealing import dealt
from ancora.cases.bulk.giving import begin_giving, go_on_with, take_back
from ancora.cases.bulk.models import BulkChange, BulkItem
from ancora.cases.bulk.queries import standing_of_bulk
from ancora.cases.commands import assign_case, resolve_case
from ancora.cases.models import Case, Outcome
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor


def owners(cases) -> list:
    return [Case.objects.get(pk=case.pk).owner for case in cases]


@pytest.fixture
def give(cast):
    def do(gets, *, held_by=None, author=cast.lena, form_key=None):
        plan = {person: [case.pk for case in given] for person, given in gets.items()}
        bulks = begin_giving(plan, held_by=held_by, author=author, form_key=form_key or uuid4())
        go_on_with(bulks)
        return bulks

    return do


def test_given_to_several_and_taken_back(cases, cast, give):
    four = cases(4)
    bulks = give({cast.marco: four[:2], cast.stan: four[2:3]})
    assert owners(four) == [cast.marco, cast.marco, cast.stan, None]
    assert standing_of_bulk(cast.lena, bulks[0]).words == ["Owner: Marco Reale"]
    assign_case(four[0], owner=cast.lena, actor=Actor.human(cast.lena))
    take_back(bulks, author=cast.lena)
    take_back(bulks, author=cast.lena)
    assert owners(four) == [cast.lena, None, None, None]
    bulks = give({None: four[:1]}, held_by=cast.lena)
    assert owners(four[:1]) == [None]


def test_what_changed_hands_meanwhile_or_is_done_stays(cases, cast, give):
    four = cases(4)
    actor = Actor.human(cast.anna)
    for case, person in zip(four, (cast.stan, cast.stan, cast.anna, None), strict=True):
        assign_case(case, owner=person, actor=actor)
    resolve_case(four[1], outcome=Outcome.objects.first(), actor=actor)
    give({cast.marco: four}, held_by=cast.stan)
    assert owners(four) == [cast.marco, cast.stan, cast.anna, None]
    why = list(BulkItem.objects.order_by("case").values_list("why", flat=True))
    assert why == ["", "It is resolved by now.", "Anna Ferri has it now.", "Nobody has it now."]


def test_the_same_form_gives_once(cases, cast, give):
    two, key = cases(2), uuid4()
    first = give({cast.marco: two[:1], cast.stan: two[1:]}, form_key=key)
    assert give({cast.marco: two[:1], cast.stan: two[1:]}, form_key=key) == first
    assert BulkChange.objects.count() == 2


def test_given_only_by_leads_to_those_who_serve_and_may_see_it(cases, cast, give, shop):
    [case] = cases(1)
    refused = [
        ({cast.marco: [case]}, cast.stan, "Leads and administrators"),
        ({cast.olga: [case]}, cast.lena, "cannot own cases"),
        ({cast.marco: [case], cast.stan: [shop.hidden]}, cast.anna, "does not see"),
        ({cast.marco: []}, cast.lena, "at least one case"),
    ]
    for gets, author, why in refused:
        with pytest.raises(Refusal, match=why):
            give(gets, author=author)
    assert owners([case, shop.hidden]) == [None, None]
    assert not BulkChange.objects.exists()


def test_dealing_is_even_to_the_least_loaded_first_and_only_what_each_may_see():
    everything = {1: set(range(100)), 2: set(range(100)), 3: set(range(100))}
    found = dealt(range(7), {1: 9, 2: 0, 3: 4}, everything)
    assert found.gets == {2: [0, 3, 6], 3: [1, 4], 1: [2, 5]}
    assert found.left == []
    found = dealt([5, 6, 7], {1: 0, 2: 0}, {1: {5}, 2: {5, 6}})
    assert (found.gets, found.left) == ({1: [5], 2: [6]}, [7])
    assert dealt([1], {}, {}).left == [1]
