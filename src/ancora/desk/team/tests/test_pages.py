"""The page of the team's load, giving, spreading, taking back; and who may."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.bulk.tests.conftest import cases
from ancora.cases.commands import assign_case
from ancora.cases.commands.presence import show_presence
from ancora.cases.models import Case, CaseClocks
from ancora.cases.presence.desks import keep_desk_open
from ancora.cases.routing.commands import change_routing, go_away
from ancora.desk.tests.conftest import shop
from ancora.parties.models import Membership, Team
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor

__all__ = ["cases", "shop"]
PART = {"HTTP_HX_REQUEST": "true"}
ROW = re.compile(r'<tr id="person-[^>]*data-name="([^"]*)"[^>]*>(.*?)</tr>', re.S)
VERBS = ["give", "spread", "back"]


@pytest.fixture
def repairs(cast) -> Team:
    team = Team.objects.create(name="Repairs")
    Membership.objects.create(team=team, user=cast.stan)
    return team


def give(client, chosen, *, held_by, to, key=None):
    ids = ",".join(str(case.pk) for case in chosen)
    sent = {"cases": ids, "held_by": held_by, "to": to, "form_key": key or uuid4()}
    return client.post("/team/give/", sent, **PART)


def said(answer) -> dict:
    return json.loads(answer.headers["HX-Trigger"])["toast"]


def test_stranger_is_sent_to_the_sign_in(shop, client_of):
    for page in ("/team/", "/team/spread/", "/team/?who=nobody"):
        assert "/accounts/login/" in client_of().get(page)["Location"]
    for verb in VERBS:
        assert "/accounts/login/" in client_of().post(f"/team/{verb}/")["Location"]


def test_agents_read_of_their_own_teams_and_give_nothing(shop, cast, client_of, repairs):
    stan, marco = client_of(cast.stan), client_of(cast.marco)
    page = stan.get("/team/").content.decode()
    assert "Stan Meyer" in page
    assert "Marco Reale" not in page
    for control in ("Spread evenly", "data-gives", 'draggable="true"', 'id="give"'):
        assert control not in page
        assert control in client_of(cast.lena).get("/team/?who=nobody").content.decode()
    assert f"/team/?team={shop.insiders.pk}" not in page
    for address in (f"?team={shop.insiders.pk}", "?team=x", f"?who={cast.marco.pk}", "?who=x"):
        assert stan.get(f"/team/{address}").status_code == 404, address
    assert stan.get(f"/team/?team={repairs.pk}&who={cast.stan.pk}", **PART).status_code == 200
    assert marco.get(f"/team/?team={repairs.pk}").status_code == 404
    for verb in VERBS:
        assert stan.post(f"/team/{verb}/").status_code == 404
    assert "You are in no team" in client_of(cast.olga).get("/team/").content.decode()


def test_hidden_cases_are_not_in_the_hand(shop, cast, client_of, repairs):
    was_inside = Membership.objects.create(team=shop.insiders, user=cast.stan)
    for case in (shop.case, shop.hidden):
        assign_case(case, owner=cast.stan, actor=Actor.human(cast.anna))
    was_inside.delete()
    due = clock.now() - timedelta(hours=1)
    hand = {"kind": "first_response", "due": due.isoformat(), "warns": None, "paused_since": None, "paused": 0}
    CaseClocks.objects.update_or_create(case=shop.case, defaults={"hands": [hand], "due_at": due})
    for person, sees in ((cast.stan, False), (cast.lena, False), (cast.anna, True)):
        page = client_of(person).get(f"/team/?team={repairs.pk}&who={cast.stan.pk}").content.decode()
        assert "The grinder leaks" in page
        assert '<span class="tag clock bad"' in page
        assert ("Secret matter" in page) is sees


def test_given_told_and_taken_back(cases, cast, client_of):
    lena, three, key = client_of(cast.lena), cases(3), uuid4()
    answer = give(lena, three[:2], held_by="nobody", to=cast.marco.pk, key=key)
    toast = said(answer)
    assert toast["text"] == "2 cases were given to Marco Reale."
    assert said(give(lena, three[:2], held_by="nobody", to=cast.marco.pk, key=key)) == toast
    assert Case.objects.filter(owner=cast.marco).count() == 2
    hand = lena.get(f"/team/?who={cast.marco.pk}&part=hand", **PART).content.decode()
    assert all(f"#{case.reference}" in hand for case in three[:2])

    assign_case(three[0], owner=cast.stan, actor=Actor.human(cast.stan))
    late = said(give(lena, three[:2], held_by=cast.marco.pk, to="nobody"))
    assert late["text"] == f"1 case is unassigned now. #{three[0].reference}: Stan Meyer has it now."
    nothing = said(give(lena, three[:1], held_by="nobody", to=cast.marco.pk))
    assert (nothing["kind"], nothing.get("undo")) == ("error", None)
    assert client_of(cast.anna).post(toast["undo"]).status_code == 404
    assert said(lena.post(late["undo"]))["text"] == "1 case is back where it was."
    assert Case.objects.get(pk=three[1].pk).owner == cast.marco


def test_nonsense_is_refused_in_words(cases, cast, client_of):
    lena, [case] = client_of(cast.lena), cases(1)
    sent = {"cases": str(case.pk), "held_by": "nobody", "to": str(cast.marco.pk), "form_key": str(uuid4())}
    for field, wrong in (("cases", "1,x"), ("to", "999999"), ("held_by", "me"), ("form_key", "7")):
        answer = lena.post("/team/give/", {**sent, field: wrong}, **PART)
        assert answer.status_code == 422
        assert "out of date" in said(answer)["text"]
    for gets in ([], ["x"], [f"{cast.marco.pk}:"], [f"999999:{case.pk}"]):
        assert lena.post("/team/spread/", {"gets": gets, "form_key": uuid4()}, **PART).status_code == 422
    assert lena.post("/team/back/?bulks=x").status_code == 404
    assert Case.objects.get(pk=case.pk).owner is None


def test_spread_shows_first_and_gives_what_it_showed(shop, cases, cast, client_of):
    lena, five = client_of(cast.lena), cases(5)
    assign_case(five[4], owner=cast.stan, actor=Actor.human(cast.anna))
    show_presence(five[0], user=cast.marco, tab=uuid4(), state="viewing")
    first = lena.get("/team/spread/?", **PART).content.decode()
    assert f'value="{cast.marco.pk}:{",".join(str(case.pk) for case in five[:4])}"' in first
    asked = {"count": 3, "to": [cast.marco.pk, cast.stan.pk], "part": "preview"}
    preview = lena.get("/team/spread/", asked, **PART).content.decode()
    shares = [f"{cast.marco.pk}:{five[0].pk},{five[2].pk}", f"{cast.stan.pk}:{five[1].pk}"]
    assert all(f'value="{share}"' in preview for share in shares)
    assert "<dialog" not in preview
    assert "on us: 1 → 2" in preview
    assert (
        "Choose who gets cases" in lena.get("/team/spread/", {"count": 3, "part": "preview"}, **PART).content.decode()
    )
    assert Case.objects.filter(owner=None).exclude(pk=shop.hidden.pk).count() == 4

    assign_case(five[2], owner=cast.anna, actor=Actor.human(cast.anna))
    toast = said(lena.post("/team/spread/", {"gets": shares, "form_key": uuid4()}, **PART))
    assert toast["text"] == f"2 cases were given out. #{five[2].reference}: Anna Ferri has it now."
    lena.post(toast["undo"])
    assert Case.objects.filter(owner=None).exclude(pk=shop.hidden.pk).count() == 3


@pytest.mark.parametrize("page", ["/team/?who=nobody", "/team/spread/?count=9&to={marco}"])
def test_queries_do_not_depend_on_how_much_there_is(cases, cast, client_of, page):
    lena, page = client_of(cast.lena), page.format(marco=cast.marco.pk)

    def counted() -> int:
        lena.get(page, **PART)
        with CaptureQueriesContext(connection) as queries:
            assert lena.get(page, **PART).status_code == 200
        return len(queries)

    cases(2)
    few = counted()
    cases(9)
    for case in Case.objects.order_by("pk")[:6]:
        person = User.objects.create(email=f"p{case.pk}@example.com", name=f"P {case.pk}", role="agent")
        if case.pk % 2:
            assign_case(case, owner=person, actor=Actor.human(cast.anna))
    assert counted() == few
    assert few <= 20


def test_lead_sees_who_is_there_and_who_has_room(shop, cast, client_of, cases):
    team = Team.objects.create(name="Service")
    for person, case in zip((cast.lena, cast.marco, cast.stan), cases(4), strict=False):
        Membership.objects.create(team=team, user=person)
        assign_case(case, owner=person, actor=Actor.human(cast.anna))
    change_routing(team, is_on=True, limit=1, actor=Actor.human(cast.anna))
    keep_desk_open(cast.marco)
    keep_desk_open(cast.lena)
    go_away(cast.lena)
    page = client_of(cast.anna).get(f"/team/?team={team.pk}").content.decode()
    rows = {name: " ".join(re.sub(r"<[^>]+>", " ", row).split()) for name, row in ROW.findall(page)}
    assert "at the desk 1 of 1" in rows["Marco Reale"]
    assert "away 1 of 1" in rows["Lena Vogt"]
    assert "not there 1 of 1" in rows["Stan Meyer"]
    chosen = client_of(cast.anna).get("/team/spread/", **PART).content.decode()
    assert re.findall(r'value="(\d+)"[^>]*checked', chosen) == [str(cast.marco.pk)]
