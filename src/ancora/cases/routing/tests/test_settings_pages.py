"""Routing in the settings: for administrators, said in full, bad input refused."""

import re
from uuid import uuid4

from ancora.cases.models import RoutedAgent, Skill, Tag, TeamRouting
from ancora.cases.routing.commands import change_limits, go_away
from ancora.platform.events.actors import Actor


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_team_is_switched_on_with_overflow_and_escalation(team, cast, client_of):
    anna, page = client_of(cast.anna), f"/settings/routing/teams/{team.pk}/"
    assert "off" in text_of(anna.get("/settings/routing/"))
    form = {"is_on": "on", "limit": "4", "overflow_team": team.pk, "escalate_after": "45"}
    assert "For overflow say both" in text_of(anna.post(page, form))
    assert "less than or equal to" in text_of(anna.post(page, {**form, "limit": "4000"}))
    assert not TeamRouting.objects.exists()
    assert anna.post(page, {**form, "overflow_after": "15"}).status_code == 302
    assert "4 Service, after 15 minutes after 45 minutes gives out cases" in text_of(anna.get("/settings/routing/"))


def test_skill_is_made_once_and_names_what_asks_for_it(team, cast, client_of, django_assert_max_num_queries):
    anna, tag = client_of(cast.anna), Tag.objects.create(label="invoice")
    form = {"label": "Billing", "tags": [tag.pk], "teams": [team.pk], "people": [cast.marco.pk], "is_active": "on"}
    once = {**form, "form_key": str(uuid4())}
    for _time in range(2):
        assert anna.post("/settings/routing/skills/new/", once).status_code == 302
    [skill] = Skill.objects.all()
    assert "There is a skill of this name already" in text_of(anna.post("/settings/routing/skills/new/", form))
    language = {"label": "Italian", "language": "it", "is_active": "on"}
    assert anna.post("/settings/routing/skills/new/", language).status_code == 302
    twice = anna.post("/settings/routing/skills/new/", {**language, "label": "Italiano"})
    assert "There is a skill for this language already" in text_of(twice)
    # Who has a skill is no observer.
    wrong = anna.post(f"/settings/routing/skills/{skill.pk}/", {**form, "people": [cast.olga.pk]})
    assert wrong.status_code == 200
    with django_assert_max_num_queries(12):
        page = text_of(anna.get("/settings/routing/"))
    assert "Billing invoice Service Marco Reale" in page
    assert "Italian cases in this language who uses Ancora in it" in page
    assert anna.post(f"/settings/routing/skills/{skill.pk}/", {"label": "Invoices"}).status_code == 302
    skill.refresh_from_db()
    assert (skill.label, skill.is_active, list(skill.people.all())) == ("Invoices", False, [])


def test_limits_of_ones_own_are_kept_and_absence_stands_beside(team, cast, client_of):
    anna = client_of(cast.anna)
    go_away(cast.stan)
    assert "Stan Meyer away" in text_of(anna.get("/settings/routing/limits/"))
    name = f"limit_{cast.marco.pk}"
    assert "greater than or equal" in text_of(anna.post("/settings/routing/limits/", {f"{name}_email": "-1"}))
    assert anna.post("/settings/routing/limits/", {f"{name}_email": "7", f"{name}_phone": "0"}).status_code == 302
    assert RoutedAgent.objects.get(person=cast.marco).limits == {"email": 7, "phone": 0}
    assert RoutedAgent.objects.get(person=cast.stan).is_away


def test_limits_of_two_administrators_at_once_are_both_kept(team, cast, client_of):
    anna, page, name = client_of(cast.anna), "/settings/routing/limits/", "limit_{0.pk}_{1}".format
    change_limits({cast.stan: {"email": 3, "phone": 2}}, actor=Actor.human(cast.anna))
    seen = anna.get(page).context["form"]["seen"].value()
    shown = {name(cast.stan, "email"): "3", name(cast.stan, "phone"): "2"}
    change_limits({cast.stan: {"email": 9}, cast.marco: {"email": 1}}, actor=Actor.human(cast.lena))
    typed = {**shown, name(cast.stan, "phone"): "", name(cast.lena, "visit"): "4"}
    assert anna.post(page, {**typed, "seen": seen}).status_code == 302
    assert dict(RoutedAgent.objects.values_list("person", "limits")) == {
        cast.stan.pk: {"email": 9}, cast.marco.pk: {"email": 1}, cast.lena.pk: {"visit": 4},
    }  # fmt: skip
    for odd in ("[1]", "nothing", '{"1": 2}'):
        assert anna.post(page, {**shown, "seen": odd}).status_code in (200, 302)


def test_routing_is_for_administrators(team, cast, client_of):
    skill = Skill.objects.create(label="Billing")
    pages = ["", f"teams/{team.pk}/", "skills/new/", f"skills/{skill.pk}/", "limits/"]
    for page in (f"/settings/routing/{one}" for one in pages):
        assert client_of(cast.lena).get(page).status_code == 404, page
        assert client_of(cast.stan).post(page).status_code in (404, 405), page
        assert client_of().get(page).status_code == 302, page
    assert client_of(cast.anna).get("/settings/routing/teams/999/").status_code == 404
    assert client_of(cast.anna).get("/settings/routing/skills/999/").status_code == 404
