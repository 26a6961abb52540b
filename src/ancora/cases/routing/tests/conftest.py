"""A team of three that has its cases given out."""

from itertools import count

import pytest

from ancora.cases.models import Case, Skill, Tag
from ancora.desk.tests.conftest import letter
from ancora.parties.models import Membership, Team
from ancora.platform.events.actors import Actor

_numbers = count(1)


@pytest.fixture
def team(cast, mailbox) -> Team:
    """Lena (lead), Marco and Stan; the mailbox's cases are theirs."""
    made = Team.objects.create(name="Service")
    for person in (cast.lena, cast.marco, cast.stan):
        Membership.objects.create(team=made, user=person)
    mailbox.team = made
    mailbox.save()
    return made


@pytest.fixture
def switched_on(team, cast):
    """`switched_on(limit=2, …)`: the team's cases are given out from now on."""
    from ancora.cases.routing.commands import change_routing

    def switch_on(**terms):
        change_routing(team, actor=Actor.human(cast.anna), **{"is_on": True, "limit": 5, **terms})

    return switch_on


@pytest.fixture
def comes(arrive, mailbox):
    """`comes()`: a mail of a customer becomes a case."""

    def come(sender="Carla <carla@example.org>", text="It leaks again.", **more) -> Case:
        arrive(letter(sender, text=text, message_id=f"<routed-{next(_numbers)}@example.org>", **more), mailbox)
        return Case.objects.latest("id")

    return come


@pytest.fixture
def skilled():
    """`skilled("billing", marco, tag="invoice")`: a skill with who has it and what asks for it."""

    def make(label, *people, tag="", language="", team=None) -> Skill:
        skill = Skill.objects.create(label=label, language=language)
        skill.people.set(people)
        skill.teams.set([team] if team else [])
        skill.tags.set([Tag.objects.get_or_create(label=tag)[0]] if tag else [])
        return skill

    return make


@pytest.fixture(autouse=True)
def desks(cast):
    """Everybody's desk is open."""
    from ancora.cases.presence.desks import keep_desk_open

    for person in (cast.anna, cast.lena, cast.marco, cast.stan):
        keep_desk_open(person)
