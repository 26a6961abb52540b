"""Conditions of a search, asked of the database."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from ancora.cases.commands import add_tag, assign_case, create_tag, hand_off_case, set_priority
from ancora.cases.models import Case
from ancora.cases.queries import search
from ancora.desk.tests.conftest import letter
from ancora.parties.models import Team
from ancora.platform.events.actors import Actor


@pytest.fixture
def found(cast, mailbox, arrive):
    """`found(words)`: first letters of the subjects that Stan finds. Leak: Carla's, Stan's, tagged, urgent, of the team
    Repairs, forty days old · Noise: Dario's, nobody's."""
    arrive(letter("Carla Bianchi <carla@x.example>", "Leak", "the grinder leaks", message_id="<1@x>"), mailbox)
    arrive(letter("Dario Conti <dario@x.example>", "Noise", "the grinder roars", message_id="<2@x>"), mailbox)
    leak, actor = Case.objects.get(subject="Leak"), Actor.human(cast.stan)
    assign_case(leak, owner=cast.stan, actor=actor)
    hand_off_case(leak, team=Team.objects.create(name="Repairs"), author=cast.stan, owner=cast.stan)
    set_priority(leak, priority=4, actor=actor)
    add_tag(leak, tag=create_tag("Drip", actor=actor), actor=actor)
    old = Case.objects.get(pk=leak.pk).last_message_at - timedelta(days=40)
    Case.objects.filter(pk=leak.pk).update(last_message_at=old)

    def subjects(words: str, viewer=cast.stan) -> str:
        return "".join(sorted(hit.case.subject[0] for hit in search(viewer, words).hits))

    return subjects


@pytest.mark.parametrize(
    ("words", "subjects"),
    [
        ("grinder", "LN"),
        ("from:carla", "L"),
        ("from:dario@x", "N"),
        ('from:"conti"', "N"),
        ("drip", "L"),
        ("tag:drip", "L"),
        ("-tag:drip", "N"),
        ("grinder -tag:drip", "N"),
        ("owner:me", "L"),
        ("owner:nobody", "N"),
        ("owner:stan", "L"),
        ("-owner:stan", "N"),
        ("team:rep", "L"),
        ("-team:rep", "N"),
        ("priority:urgent", "L"),
        ("is:open", "LN"),
        ("is:resolved", ""),
        ("before:30d", "L"),
        ("after:30d", "N"),
        ("grinder is:open owner:me", "L"),
        ("roars owner:me", ""),
    ],
)
def test_conditions_narrow(found, words, subjects):
    assert found(words) == subjects


def test_owner_me_is_whoever_asks(found, cast):
    assert found("owner:me", cast.marco) == ""


def test_a_day_belongs_to_after_and_not_to_before(found):
    assert found(f"after:{localdate()}") == "N"
    assert found(f"before:{localdate()} -tag:drip") == ""


def test_condition_that_says_nothing_is_left_out_and_told(found, cast):
    assert found("grinder is:blue") == "LN"
    assert search(cast.stan, "grinder is:blue").problems == ["is:blue"]


def test_page_says_which_condition_was_left_out(found, cast, client_of):
    page = client_of(cast.stan).get("/search/", {"q": "grinder is:<b>"}).content.decode()
    assert "“is:&lt;b&gt;” says nothing that we know" in page


def test_program_is_told_which_condition_says_nothing(found, cast, program_of):
    program = program_of(cast.stan)
    assert [hit["case"]["subject"] for hit in program.get("/search", words="owner:me").json()] == ["Leak"]
    refused = program.get("/search", words="is:blue")
    assert "is:blue" in refused.json()["detail"]
