"""Third parties are kept by leads and administrators, and offered where tasks are given."""

from ancora.parties.models import ThirdParty
from ancora.parties.queries import third_parties

FORM = {"name": "Otto Repairs", "address": "otto@repairs.example", "note": "Ask for Otto", "is_active": "on"}


def test_third_party_is_made_changed_and_switched_off(cast, client_of):
    lena = client_of(cast.lena)
    assert "No third parties yet" in lena.get("/settings/third-parties/").text
    assert lena.post("/settings/third-parties/new/", FORM).status_code == 302
    otto = ThirdParty.objects.get()
    assert "Ask for Otto" in lena.get("/settings/third-parties/").text
    page = f"/settings/third-parties/{otto.pk}/"
    assert "otto@repairs.example" in lena.get(page).text
    assert list(third_parties(cast.marco)) == [otto]
    assert lena.post(page, {**FORM, "name": "Otto & Sons", "is_active": ""}).status_code == 302
    otto.refresh_from_db()
    assert (otto.name, otto.is_active, list(third_parties(cast.marco))) == ("Otto & Sons", False, [])


def test_one_address_is_one_firm_and_nonsense_is_named(cast, client_of):
    anna = client_of(cast.anna)
    anna.post("/settings/third-parties/new/", FORM)
    again = anna.post("/settings/third-parties/new/", {**FORM, "name": "Other", "address": "OTTO@repairs.example"})
    assert again.status_code == 422
    assert "Otto Repairs has this address already" in again.text
    wrong = anna.post("/settings/third-parties/new/", {**FORM, "address": "otto"})
    assert wrong.status_code == 422
    ThirdParty.objects.create(name="Pia", address="pia@example.org")
    taken = anna.post(f"/settings/third-parties/{ThirdParty.objects.get(name='Pia').pk}/", FORM)
    assert "has this address already" in taken.text
    assert ThirdParty.objects.get(name="Pia").address == "pia@example.org"


def test_strangers_and_agents_find_no_list(cast, client_of):
    otto = ThirdParty.objects.create(name="Otto", address="otto@repairs.example")
    for page in ("", "new/", f"{otto.pk}/"):
        page = f"/settings/third-parties/{page}"
        assert client_of(cast.marco).get(page).status_code == 404
        assert client_of(cast.marco).post(page, FORM).status_code == 404
        assert client_of().get(page).status_code == 302
