"""Everybody has a profile and API tokens; sign-in speaks plainly in both languages."""

import pytest
from django.db import connection

from ancora.platform.accounts.commands import create_token, token_owner
from ancora.platform.accounts.models import ApiToken, Organisation


def _recorded(event_type: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM event WHERE type = %s", [event_type])
        return cursor.fetchone()[0]


def test_profile_is_saved(cast, client_of):
    form = {"name": "Marco R.", "language": "en", "time_zone": "Europe/London", "signature": "Marco"}
    assert client_of(cast.marco).post("/settings/mine/", form).status_code == 302
    cast.marco.refresh_from_db()
    assert (cast.marco.name, cast.marco.time_zone, cast.marco.signature) == ("Marco R.", "Europe/London", "Marco")


@pytest.mark.parametrize(("given", "kept"), [("20", 20), ("0", 0), (None, 5), ("7", 5), ("600", 5)])
def test_time_to_undo_sending_is_one_of_the_choices(cast, client_of, given, kept):
    type(cast.marco).objects.update(undo_seconds=5)
    form = {"name": "Marco", "language": "", "time_zone": "", "signature": ""}
    client_of(cast.marco).post("/settings/mine/", form | ({"undo_seconds": given} if given else {}))
    cast.marco.refresh_from_db()
    assert cast.marco.undo_seconds == kept


def test_unknown_time_zone_keeps_what_was_typed(cast, client_of):
    form = {"name": "Marco R.", "language": "", "time_zone": "Europe/Atlantis", "signature": "Ciao"}
    answer = client_of(cast.olga).post("/settings/mine/", form)
    assert answer.status_code == 200
    assert "Ciao" in answer.text
    cast.olga.refresh_from_db()
    assert cast.olga.name == "Olga Nilsson"


def test_profile_does_not_change_the_role(cast, client_of):
    form = {"name": "Marco", "language": "", "time_zone": "", "signature": "", "role": "administrator"}
    client_of(cast.marco).post("/settings/mine/", form)
    cast.marco.refresh_from_db()
    assert not cast.marco.is_administrator


def test_token_is_shown_once_and_opens_as_its_owner(cast, client_of):
    client = client_of(cast.marco)
    page = client.post("/settings/mine/tokens/", {"name": "shop export"}).text
    plain = page.split('<code id="token">')[1].split("<")[0]
    assert token_owner(plain) == cast.marco
    assert plain not in client.get("/settings/mine/tokens/").text
    assert not ApiToken.objects.filter(digest=plain).exists()


def test_token_of_another_cannot_be_deleted(cast, client_of):
    create_token(cast.anna, name="hers")
    token = ApiToken.objects.get()
    assert client_of(cast.marco).post(f"/settings/mine/tokens/{token.pk}/delete/").status_code == 404
    assert client_of(cast.anna).post(f"/settings/mine/tokens/{token.pk}/delete/").status_code == 302
    assert not ApiToken.objects.exists()


def test_token_of_somebody_switched_off_opens_nothing(cast):
    plain = create_token(cast.marco, name="x")
    cast.marco.is_active = False
    cast.marco.save()
    assert token_owner(plain) is None
    assert token_owner("ancora_unknown") is None
    assert token_owner("") is None


def test_wrong_password_is_said_plainly_and_recorded(cast, client_of):
    answer = client_of().post("/accounts/login/", {"login": "anna@example.com", "password": "wrong"})
    assert answer.status_code == 200
    assert "The e-mail address or the password is not right." in answer.text
    assert _recorded("signin.failed") == 1


def test_right_password_opens_and_is_recorded(cast, client_of):
    answer = client_of().post("/accounts/login/", {"login": "Anna@example.com", "password": cast.password})
    assert answer.status_code == 302
    assert _recorded("signin.succeeded") == 1


@pytest.mark.parametrize("language", ["en", "it"])
def test_sign_in_speaks_the_language_of_the_browser(cast, client_of, language):
    answer = client_of().get("/accounts/login/", headers={"accept-language": language})
    assert f'<html lang="{language}"' in answer.text


def test_nobody_signs_up_alone(cast, client_of):
    assert "By invitation" in client_of().get("/accounts/signup/").text


def test_organisation_is_saved_and_seen_at_once(cast, client_of):
    client = client_of(cast.anna)
    form = {"name": "Lido Caffè", "language": "it", "time_zone": "Europe/Rome", "proxy_count": "1", "reopen_days": "7"}
    answer = client.post("/settings/organisation/", {**form, "public_address": "https://help.example.com/"})
    assert answer.status_code == 302
    organisation = Organisation.objects.get()
    assert (organisation.public_address, organisation.reopen_days) == ("https://help.example.com", 7)


def test_bad_numbers_of_the_organisation_are_refused(cast, client_of):
    form = {"name": "Lido", "language": "it", "time_zone": "Europe/Rome", "proxy_count": "9", "reopen_days": "0"}
    answer = client_of(cast.anna).post("/settings/organisation/", form)
    assert answer.status_code == 200
    assert Organisation.objects.get().name == "Test & Co"
    assert answer.text.count('class="error"') == 2
