"""A provider is written down once, a permission is given at its page and comes back to the mailbox it is for."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from ancora.conversations.channels.email.tests.oauth_provider import CLIENT_ID, CLIENT_SECRET, SCOPE, OAuthProvider
from ancora.conversations.models import Grant, Mailbox, Provider
from ancora.conversations.tests.test_mailbox_pages import FORM
from ancora.platform.accounts.models import Organisation
from ancora.platform.accounts.queries import forget_organisation

GOOGLE = {**FORM, "sign_in": "google", "google-client_id": "77.apps.example", "google-client_secret": "g secret"}
GOOGLE |= {"imap_host": "", "smtp_host": "", "imap_user": "", "imap_password": "", "smtp_password": ""}
RETURN = "/settings/mailboxes/oauth/"


@pytest.fixture
def provider():
    found = OAuthProvider()
    yield found
    found.close()


@pytest.fixture
def other(provider) -> dict:
    """The form of a mailbox of the local provider."""
    fields = {"authorize_url": f"{provider.address}/authorize", "token_url": f"{provider.address}/token"}
    fields |= {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "scopes": f"  {SCOPE} "}
    return {**FORM, "sign_in": "other", **{f"other-{name}": value for name, value in fields.items()}}


@pytest.fixture
def anna(cast, client_of):
    return client_of(cast.anna)


def set_out(client, box: Mailbox) -> str:
    answer = client.post(f"/settings/mailboxes/{box.pk}/connect/", headers={"hx-request": "true"})
    assert answer.status_code == 204
    return answer["HX-Redirect"]


def consent(address: str, name: str = "Allow") -> dict:
    """What the provider's page sends back for a click on `name`."""
    import re

    page = httpx.get(address).text
    link = re.search(rf'href="([^"]+)">{name}<', page)[1].replace("&amp;", "&")
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


def test_google_needs_few_words_and_its_servers_are_known(anna):
    assert anna.post("/settings/mailboxes/new/", GOOGLE).status_code == 302
    box, provider = Mailbox.objects.get(), Provider.objects.get()
    assert (box.imap_host, box.imap_port, box.smtp_host) == ("imap.gmail.com", 993, "smtp.gmail.com")
    assert (box.imap_user, provider.client_id, provider.client_secret) == (
        "help@lido.example",
        "77.apps.example",
        "g secret",
    )
    page = anna.get(f"/settings/mailboxes/{box.pk}/").text
    assert "Nobody has given the permission at Google yet." in page
    assert "Connect with Google" in page
    settings = anna.get(f"/settings/mailboxes/{box.pk}/settings/").text
    assert "g secret" not in settings
    assert "77.apps.example" in settings


def test_consent_page_is_asked_for_what_the_standards_and_google_want(anna):
    anna.post("/settings/mailboxes/new/", GOOGLE)
    Organisation.objects.update(public_address="https://help.lido.example")
    forget_organisation()
    address = urlsplit(set_out(anna, Mailbox.objects.get()))
    assert f"{address.scheme}://{address.netloc}{address.path}" == "https://accounts.google.com/o/oauth2/v2/auth"
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert query["redirect_uri"] == "https://help.lido.example/settings/mailboxes/oauth/"
    assert (query["access_type"], query["prompt"]) == ("offline", "select_account consent")
    assert "https://mail.google.com/" in query["scope"].split()
    assert (query["code_challenge_method"], query["login_hint"]) == ("S256", "help@lido.example")
    assert len(query["state"]) > 30


def test_microsoft_is_asked_in_the_tenant(anna):
    words = {"microsoft-tenant": "lido.example", "microsoft-client_id": "c", "microsoft-client_secret": "s"}
    anna.post("/settings/mailboxes/new/", {**GOOGLE, "sign_in": "microsoft", **words})
    box = Mailbox.objects.get()
    assert box.imap_host == "outlook.office365.com"
    address = set_out(anna, box)
    assert address.startswith("https://login.microsoftonline.com/lido.example/oauth2/v2.0/authorize?")
    assert "offline_access" in address
    assert "IMAP.AccessAsUser.All" in address


def test_mailbox_is_connected_and_says_as_whom(anna, other, provider):
    anna.post("/settings/mailboxes/new/", other)
    box = Mailbox.objects.get()
    answer = anna.get(RETURN, consent(set_out(anna, box)), follow=True)
    assert "Support is connected as support@shop.example." in answer.text
    grant = Grant.objects.get()
    assert grant.refresh_token in provider.refresh_tokens
    assert (grant.account, str(grant.granted_by)) == ("support@shop.example", "Anna Ferri")
    assert provider.requests == [("authorization_code", 200)]


def test_answer_counts_once_and_only_in_the_session_that_asked(anna, other, cast, client_of):
    anna.post("/settings/mailboxes/new/", other)
    box = Mailbox.objects.get()
    answer = consent(set_out(anna, box))
    for client, words in ((client_of(cast.anna), answer), (anna, {**answer, "state": "forged"}), (anna, answer)):
        page = client.get(RETURN, words, follow=True).text
        assert "belongs to no connection that you began here" in page
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"error": "access_denied"}, "It was not allowed at the provider."),
        ({"error": "invalid_scope", "error_description": "No <such> scope"}, "invalid_scope No &lt;such&gt; scope"),
        ({}, "The provider gave no permission"),
        ({"code": "code-of-somebody"}, "does not take its own answer any more"),
    ],
)
def test_provider_that_says_no_changes_nothing(anna, other, words, said):
    anna.post("/settings/mailboxes/new/", other)
    state = parse_qs(urlsplit(set_out(anna, Mailbox.objects.get())).query)["state"][0]
    page = anna.get(RETURN, {"state": state, **words}, follow=True).text
    assert said in page
    assert not Grant.objects.exists()


def test_without_javascript_a_page_leads_on(anna, other):
    anna.post("/settings/mailboxes/new/", other)
    page = anna.post(f"/settings/mailboxes/{Mailbox.objects.get().pk}/connect/").text
    assert "Go on to the provider" in page
    assert "code_challenge=" in page


def test_provider_is_shared_and_an_empty_secret_keeps_it(anna, cast, client_of):
    anna.post("/settings/mailboxes/new/", GOOGLE)
    again = {**GOOGLE, "address": "sales@lido2.example", "aliases": "", "google-client_secret": ""}
    assert "77.apps.example" in anna.get("/settings/mailboxes/new/").text
    assert anna.post("/settings/mailboxes/new/", again).status_code == 302
    assert (Provider.objects.count(), Provider.objects.get().client_secret) == (1, "g secret")
    changed = {**again, "google-client_secret": "newer"}
    box = Mailbox.objects.get(address="sales@lido2.example")
    assert anna.post(f"/settings/mailboxes/{box.pk}/settings/", changed).status_code == 302
    assert Provider.objects.get().client_secret == "newer"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"google-client_id": ""}, "Write the client ID"),
        ({"google-client_secret": ""}, "Write the client secret"),
        ({"sign_in": "microsoft_app", "microsoft-client_id": "c", "microsoft-client_secret": "s"}, "one organisation"),
        ({"sign_in": "other", "other-token_url": "http://evil.example/token"}, "begins with https"),
        ({"sign_in": "magic"}, "Select a valid choice"),
    ],
)
def test_wrong_words_are_said_beside_their_field_and_nothing_is_saved(anna, wrong, said):
    answer = anna.post("/settings/mailboxes/new/", {**GOOGLE, **wrong})
    assert answer.status_code == 200
    assert said in answer.text
    assert not Mailbox.objects.exists()
    assert not Provider.objects.exists()


def test_another_way_to_sign_in_forgets_the_permission(anna, other):
    anna.post("/settings/mailboxes/new/", other)
    box = Mailbox.objects.get()
    anna.get(RETURN, consent(set_out(anna, box)))
    assert Grant.objects.exists()
    anna.post(f"/settings/mailboxes/{box.pk}/settings/", FORM)
    assert not Grant.objects.exists()
    assert Mailbox.objects.get().sign_in == "password"
    for headers in ({}, {"hx-request": "true"}):
        answer = anna.post(f"/settings/mailboxes/{box.pk}/connect/", headers=headers)
        assert answer.headers.get("HX-Redirect") or answer["Location"] == f"/settings/mailboxes/{box.pk}/settings/"
        page = anna.get(f"/settings/mailboxes/{box.pk}/settings/").text
        assert "signs in without the permission of a person" in page


def test_mailbox_that_is_not_saved_yet_cannot_be_tried_with_a_permission(anna, other):
    answer = anna.post("/settings/mailboxes/new/try/", {**other, "imap_host": "127.0.0.1", "imap_security": "none"})
    assert "refuses connections" in answer.text or "Save the mailbox first" in answer.text


def test_wrong_account_can_be_connected_anew(anna, other):
    anna.post("/settings/mailboxes/new/", other)
    box = Mailbox.objects.get()
    anna.get(RETURN, consent(set_out(anna, box)))
    assert "Connect again" in anna.get(f"/settings/mailboxes/{box.pk}/").text
