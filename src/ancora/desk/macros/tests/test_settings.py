"""The pages of macros: who sees, writes, changes and deletes them."""

from uuid import uuid4

import pytest

from ancora.cases.macros.models import Macro
from ancora.cases.models import Outcome, Tag
from ancora.parties.models import Membership, Team

PLACE = "/settings/macros/"


def typed(**fields) -> dict:
    return {"name": "Seal", "whose": "all", "text_en": "Dear {name|you},\n\nbye", "is_active": "on", **fields}


def test_lead_writes_one_for_everybody(cast, client_of):
    outcome, tag = Outcome.objects.create(label="Solved"), Tag.objects.create(label="seal")
    more = {"text_it": "<p>Gentile {nome|cliente}</p>", "format_it": "html", "status": f"resolved-{outcome.pk}"}
    key = str(uuid4())
    form = typed(added=[tag.pk], owning="me", priority="4", form_key=key, **more)
    for _twice in range(2):
        assert client_of(cast.lena).post(f"{PLACE}new/", form)["Location"] == PLACE
    macro = Macro.objects.get()
    assert macro.texts == {"en": "<p>Dear {name|you},</p>\n\n<p>bye</p>", "it": "<p>Gentile {nome|cliente}</p>"}
    assert (macro.outcome, macro.owning, macro.priority, macro.owner) == (outcome, "me", 4, None)
    page = client_of(cast.stan).get(PLACE).text
    assert "Seal" in page
    assert "Priority: urgent, Tag: seal, Owner: me, Resolve: Solved" in page
    assert f"{PLACE}{macro.pk}/" not in page


def test_agent_writes_only_for_themselves(cast, client_of):
    stan = client_of(cast.stan)
    answer = stan.post(f"{PLACE}new/", typed())
    assert answer.status_code == 200
    assert "Select a valid choice" in answer.text
    stan.post(f"{PLACE}new/", typed(whose="me"))
    macro = Macro.objects.get()
    assert macro.owner == cast.stan
    assert "Seal" not in client_of(cast.lena).get(PLACE).text
    for path in ("", "delete/"):
        for stranger in (cast.lena, cast.anna, cast.marco):
            assert client_of(stranger).get(f"{PLACE}{macro.pk}/{path}").status_code == 404
            assert client_of(stranger).post(f"{PLACE}{macro.pk}/{path}", typed()).status_code == 404
    assert Macro.objects.get().name == "Seal"


def test_strangers_and_observers_write_nothing(cast, client_of, written):
    macro = written(text="x")
    for path in ("", "new/", f"{macro.pk}/", f"{macro.pk}/delete/"):
        assert client_of().get(PLACE + path).status_code == 302
    olga = client_of(cast.olga)
    assert olga.get(PLACE).status_code == 200
    assert "New macro" not in olga.get(PLACE).text
    for path in ("new/", f"{macro.pk}/", f"{macro.pk}/delete/"):
        assert olga.post(PLACE + path, typed()).status_code == 403


def test_unknown_placeholder_is_named_and_what_was_typed_stays(cast, client_of):
    answer = client_of(cast.lena).post(f"{PLACE}new/", typed(text_en="Dear {frist name}, bye"))
    assert "{frist name} is no placeholder" in answer.text
    assert "{first name}, {name}" in answer.text
    assert "Dear {frist name}, bye" in answer.text
    assert not Macro.objects.exists()


def test_macro_is_changed_with_all_it_had(cast, client_of, written):
    tag = Tag.objects.create(label="seal")
    team = Team.objects.create(name="Repairs", is_active=False)
    Membership.objects.create(team=team, user=cast.lena)
    outcome = Outcome.objects.create(label="Old", is_active=False)
    macro = written(text="<p>x</p>", removed=[tag], outcome=outcome, team=team, to_team=team, priority=1)
    lena = client_of(cast.lena)
    page = lena.get(f"{PLACE}{macro.pk}/")
    form = page.context["form"]
    again = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert lena.post(f"{PLACE}{macro.pk}/", {**again, "name": "Other"})["Location"] == PLACE
    fresh = Macro.objects.get()
    assert (fresh.name, fresh.texts, fresh.team, fresh.to_team) == ("Other", {"en": "<p>x</p>"}, team, team)
    assert (fresh.outcome, fresh.priority, fresh.tags.get().is_added) == (outcome, 1, False)


def test_delete_asks_once(cast, client_of, written):
    macro = written(text="x")
    anna = client_of(cast.anna)
    assert "It was used 0 times in 30 days" in anna.get(f"{PLACE}{macro.pk}/delete/").text
    assert Macro.objects.exists()
    assert anna.post(f"{PLACE}{macro.pk}/delete/")["Location"] == PLACE
    assert not Macro.objects.exists()


def test_empty_page_teaches(cast, client_of):
    page = client_of(cast.anna).get(PLACE).text
    assert "Where is my parcel" in page
    assert f"{PLACE}new/" in page


@pytest.mark.parametrize("name", ["anna", "marco"])
def test_page_names_placeholders_in_the_viewers_language(cast, client_of, name):
    page = client_of(getattr(cast, name)).get(f"{PLACE}new/").text
    assert ("{nome completo}" if name == "marco" else "{first name}") in page


def test_page_needs_the_same_queries_however_many(cast, client_of, written, django_assert_max_num_queries):
    tag = Tag.objects.create(label="seal")
    team = Team.objects.create(name="Repairs")
    Membership.objects.create(team=team, user=cast.lena)
    for number in range(20):
        written(f"Macro {number}", priority=4, added=[tag], team=team, to_team=team)
    anna = client_of(cast.anna)
    with django_assert_max_num_queries(9):
        assert "Macro 19" in anna.get(PLACE).text
