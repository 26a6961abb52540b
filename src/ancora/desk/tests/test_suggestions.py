"""What stands under the search field while somebody types."""

import pytest
from django.utils.html import escape

from ancora.cases import commands
from ancora.platform.events.actors import Actor

PART = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def suggested(client_of):
    """`suggested(person, q)`: the lines as text."""
    return lambda person, words="": client_of(person).get("/search/suggestions/", {"q": words}).content.decode()


def test_conditions_tags_customers_and_cases_complete_what_is_typed(suggested, shop, cast):
    commands.create_tag("repair kit", actor=Actor.human(cast.anna))
    assert 'data-fill="before:"' in suggested(cast.anna)
    assert 'data-fill="leaks is:open "' in suggested(cast.anna, "leaks is:o")
    assert 'data-fill="due:4h "' in suggested(cast.anna, "due:")
    assert f'data-fill="{escape("leaks tag:")}{escape(chr(34))}repair kit' in suggested(cast.anna, "leaks rep")
    typed = suggested(cast.anna, "bianchi")
    assert f'data-fill="from:{escape(chr(34))}Carla Bianchi' in typed
    assert f'href="/cases/{shop.case.reference}/"' in typed
    assert 'href="/search/?q=bianchi"' in typed
    assert 'id="search-cases-1"' in typed


def test_case_of_another_team_is_not_suggested(suggested, shop, cast):
    assert f"/cases/{shop.hidden.reference}/" in suggested(cast.marco, "secret")
    assert f"/cases/{shop.hidden.reference}/" not in suggested(cast.stan, "secret")


def test_own_searches_come_back_and_can_be_forgotten(suggested, shop, cast, client_of):
    anna = client_of(cast.anna)
    anna.get("/search/", {"q": "grinder is:open"})
    assert 'href="/search/?q=grinder+is%3Aopen"' in suggested(cast.anna)
    assert "grinder+is%3Aopen" in suggested(cast.anna, "gri")
    assert "grinder" not in suggested(cast.lena)
    assert anna.post("/search/forget/", **PART).status_code == 200
    assert "grinder+is" not in suggested(cast.anna)
    assert anna.get("/search/forget/").status_code == 405


def test_stranger_is_sent_to_the_sign_in(client_of, cast):
    assert client_of().get("/search/suggestions/").status_code == 302
    assert client_of().post("/search/forget/").status_code == 302
