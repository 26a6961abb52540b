"""Macros are written by those whose they are, and hold only what can be used."""

from uuid import uuid4

import pytest
from django.http import Http404

from ancora.cases.macros.commands import Draft, change_macro, create_macro, delete_macro
from ancora.cases.macros.models import Macro
from ancora.cases.macros.queries import macro_for, macro_to_edit, macro_to_use, macros, usable_macros
from ancora.cases.models import Outcome, Tag
from ancora.parties.models import Membership, Team
from ancora.platform.errors import Refusal


@pytest.fixture
def repairs(cast):
    """A team with Lena (lead) and Marco (agent) in it."""
    team = Team.objects.create(name="Repairs")
    Membership.objects.bulk_create(Membership(team=team, user=person) for person in (cast.lena, cast.marco))
    return team


def test_text_is_made_safe_like_all_html_of_ours(written):
    macro = written(text='<p onclick="x()">Dear {name|Sir}<script>alert(1)</script><img src="https://x.example/p"></p>')
    assert macro.texts == {"en": "<p>Dear {name|Sir}</p>"}
    assert written("Empty", texts={"en": "<p>x</p>", "it": "<p> </p>"}).texts == {"en": "<p>x</p>"}


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        ({}, "needs a text, or something that it changes"),
        (
            {"texts": {"en": "<p>{frist name} {order}</p>"}},
            "{frist name}, {order} are no placeholders. Known are: {first",
        ),
        ({"texts": {"it": "<p>{nome|x}</p>", "en": "{x}"}}, "{x} is no placeholder"),
        ({"texts": {"en": "x"}, "name": "  "}, "a name"),
        ({"texts": {"en": "x" * 100_001}}, "too long"),
        ({"waiting_on": "nobody"}, "no longer offered"),
        ({"priority": 9}, "no longer offered"),
    ],
)
def test_what_cannot_be_used_is_refused(written, draft, words):
    with pytest.raises(Refusal) as refusal:
        written(**{"name": "M", **draft})
    assert words in str(refusal.value)
    assert not Macro.objects.exists()


def test_contradictions_are_refused(written):
    tag, outcome = Tag.objects.create(label="seal"), Outcome.objects.create(label="Solved")
    with pytest.raises(Refusal):
        written(added=[tag], removed=[tag])
    with pytest.raises(Refusal):
        written(waiting_on="customer", outcome=outcome)


def test_everybody_sees_what_is_theirs(cast, written, repairs):
    for name, whose in (("all", {}), ("team", {"team": repairs})):
        written(name, text="x", **whose)
    written("marcos", text="x", author=cast.marco, owner=cast.marco)

    def seen(viewer, by=macros) -> set[str]:
        return {macro.name for macro in by(viewer)}

    assert seen(cast.marco) == {"all", "team", "marcos"}
    assert seen(cast.stan) == {"all"}
    assert seen(cast.anna) == {"all", "team"}
    assert seen(cast.anna, usable_macros) == {"all"}


def test_stranger_finds_nothing(cast, written, repairs):
    mine = written("marcos", text="x", author=cast.marco, owner=cast.marco)
    of_team = written("team", text="x", team=repairs)
    for macro in (mine, of_team):
        for ask in (macro_for, macro_to_use, macro_to_edit):
            with pytest.raises(Http404):
                ask(cast.stan, macro.pk)
    with pytest.raises(Http404):
        macro_to_edit(cast.anna, mine.pk)


def test_agents_write_their_own_and_leads_those_of_all(cast, written, repairs):
    mine = written("mine", text="x", author=cast.stan, owner=cast.stan)
    assert macro_to_edit(cast.stan, mine.pk) == mine
    for author, whose in ((cast.stan, {}), (cast.marco, {"team": repairs}), (cast.stan, {"owner": cast.lena})):
        with pytest.raises(Refusal):
            written("no", text="x", author=author, **whose)
    with pytest.raises(Refusal):
        written("observer", text="x", author=cast.olga, owner=cast.olga)
    other = Team.objects.create(name="Billing")
    with pytest.raises(Refusal):
        written("lena is not there", text="x", team=other)
    assert written("administrator", text="x", author=cast.anna, team=other)


def test_nobody_takes_or_gives_what_is_not_theirs(cast, written):
    of_all = written("all", text="x")
    with pytest.raises(Refusal):
        change_macro(of_all, Draft(name="mine now", texts={"en": "x"}, owner=cast.stan), author=cast.stan)
    mine = written("mine", text="x", author=cast.stan, owner=cast.stan)
    with pytest.raises(Refusal):
        change_macro(mine, Draft(name="all's now", texts={"en": "x"}), author=cast.stan)
    with pytest.raises(Refusal):
        delete_macro(of_all, author=cast.stan)
    assert {macro.name for macro in Macro.objects.all()} == {"all", "mine"}


def test_macro_is_changed_and_deleted(cast, written):
    tag = Tag.objects.create(label="seal")
    macro = written(text="x", added=[tag])
    change_macro(macro, Draft(name="Other", texts={"it": "<p>y</p>"}, removed=[tag]), author=cast.anna)
    fresh = Macro.objects.get()
    assert (fresh.name, fresh.texts, fresh.tags.get().is_added) == ("Other", {"it": "<p>y</p>"}, False)
    delete_macro(macro, author=cast.anna)
    with pytest.raises(Refusal, match="deleted"):
        change_macro(macro, Draft(name="Late", texts={"en": "x"}), author=cast.anna)


def test_same_form_twice_is_one_macro(cast):
    key, draft = uuid4(), Draft(name="M", texts={"en": "x"})
    assert create_macro(draft, author=cast.lena, form_key=key) == create_macro(draft, author=cast.lena, form_key=key)
    assert Macro.objects.count() == 1
