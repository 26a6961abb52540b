"""Lists that people keep: conditions with a name, among the queues, with a count."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.commands import assign_case
from ancora.cases.commands.saved_views import save_view
from ancora.cases.models import SavedView
from ancora.parties.models import Membership, Team
from ancora.platform.events.actors import Actor


def keep(client, **given):
    return client.post("/lists/new/", {"label": "Mine", "conditions": "owner:me", "whose": "me", **given})


def listed(client, address: str) -> list[str]:
    return re.findall(r'id="row-(\d+)"', client.get(address).content.decode())


def test_list_is_made_of_a_search_and_stands_among_the_queues(shop, cast, client_of):
    assign_case(shop.case, owner=cast.stan, actor=Actor.human(cast.stan))
    client = client_of(cast.stan)
    assert "/lists/new/?q=owner%3Ame" in client.get("/search/", {"q": "owner:me"}).content.decode()
    assert "/lists/new/" not in client.get("/search/", {"q": "owner:me grinder"}).content.decode()
    kept = keep(client)
    view = SavedView.objects.get()
    assert kept.url == f"/queues/view/?view={view.pk}"
    assert listed(client, kept.url) == [str(shop.case.reference)]
    page = client.get("/queues/open/").content.decode()
    assert re.search(rf'{re.escape(kept.url)}"[^>]*><span class="label">Mine</span><span class="num">1<', page)


def test_case_beside_its_list_and_the_way_back(shop, cast, client_of):
    assign_case(shop.case, owner=cast.stan, actor=Actor.human(cast.stan))
    client = client_of(cast.stan)
    address = keep(client).url
    link = re.search(r'href="(/cases/[^"]*queue=view[^"]*)"', client.get(address).content.decode())[1]
    assert f'href="{address}"' in client.get(link.replace("&amp;", "&")).content.decode()
    assert client.get(f"/queues/view/news/{address.removeprefix('/queues/view/')}").status_code == 200


def test_own_list_is_nobody_elses(shop, cast, client_of):
    address = keep(client_of(cast.stan)).url
    pk = SavedView.objects.get().pk
    for stranger in (cast.marco, cast.anna):
        client = client_of(stranger)
        assert client.get(address).status_code == 404
        assert client.get(f"/lists/{pk}/").status_code == 404
        assert client.post(f"/lists/{pk}/delete/").status_code == 404
        assert address not in client.get("/queues/open/").content.decode()
    assert SavedView.objects.count() == 1


def test_leads_keep_lists_for_a_team_and_for_everybody(shop, cast, client_of):
    team = Team.objects.create(name="Repairs")
    Membership.objects.create(team=team, user=cast.marco)
    Membership.objects.create(team=team, user=cast.lena)
    lead = client_of(cast.lena)
    keep(lead, label="Of the team", whose=f"team-{team.pk}")
    keep(lead, label="For all", whose="all")
    # Whoever is not in the team would never see it again.
    assert keep(client_of(cast.anna), label="Lost", whose=f"team-{team.pk}").status_code == 422
    marco, stan = (client_of(one).get("/queues/open/").content.decode() for one in (cast.marco, cast.stan))
    assert "Of the team" in marco
    assert "Of the team" not in stan
    assert "For all" in marco
    assert "For all" in stan
    for view in SavedView.objects.all():
        assert client_of(cast.marco).get(f"/lists/{view.pk}/").status_code == 403
        assert client_of(cast.marco).post(f"/lists/{view.pk}/delete/").status_code == 403


def test_agent_cannot_make_one_for_everybody(cast, client_of):
    assert keep(client_of(cast.stan), whose="all").status_code == 422
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ("is:blue", "These conditions say nothing: is:blue"),
        ("grinder is:open", "“grinder” is for the search"),
        ("   ", "This field is required"),
    ],
)
def test_what_makes_no_list_is_said(cast, client_of, conditions, words):
    answer = keep(client_of(cast.stan), conditions=conditions)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not SavedView.objects.exists()


def test_list_is_changed_and_deleted_and_cases_stay(shop, cast, client_of):
    client = client_of(cast.stan)
    keep(client)
    view = SavedView.objects.get()
    client.post(f"/lists/{view.pk}/", {"label": "Open", "conditions": "is:open", "whose": "me"})
    view.refresh_from_db()
    assert (view.label, view.conditions, view.person) == ("Open", "is:open", cast.stan)
    assert str(shop.case.reference) in listed(client, f"/queues/view/?view={view.pk}")
    assert client.post(f"/lists/{view.pk}/delete/", follow=True).status_code == 200
    assert not SavedView.objects.exists()


def test_hidden_cases_are_in_no_list_and_no_count(shop, cast, client_of):
    client = client_of(cast.stan)
    address = keep(client, conditions="is:open").url
    assert str(shop.hidden.reference) not in listed(client, address)
    assert '<span class="label">Mine</span><span class="num">1<' in client.get(address).content.decode()


def test_queries_do_not_depend_on_how_many_lists_there_are(shop, cast, client_of):
    client, counts = client_of(cast.stan), []
    for number in range(3):
        save_view(label=f"List {number}", conditions="is:open owner:me tag:x from:y", author=cast.stan)
        client.get("/queues/open/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/queues/open/")
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_program_lists_them(shop, cast, program_of):
    view = save_view(label="Open", conditions="is:open", author=cast.stan)
    program = program_of(cast.stan)
    assert program.get("/views").json() == [
        {"id": view.pk, "label": "Open", "conditions": "is:open", "person": cast.stan.pk, "team": None, "count": 1}
    ]
    found = program.get("/cases", view=view.pk).json()["cases"]
    assert [case["reference"] for case in found] == [shop.case.reference]
    assert program_of(cast.marco).get("/cases", view=view.pk).status_code == 404
