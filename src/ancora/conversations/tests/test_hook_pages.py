"""Mail providers are connected by administrators; their keys are written, never shown."""

import json

import pytest
from django.test import Client

from ancora.conversations.models import Arrival, HookProvider, InboundHook, Listener, Mailbox
from ancora.conversations.tests.hook_peers import PEERS
from ancora.platform import clock
from ancora.platform.accounts.models import Organisation
from ancora.platform.accounts.queries import forget_organisation

pytestmark = pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailWarning")
PAGES = "/settings/mail-providers/"


@pytest.fixture
def connected(cast, client_of, mailbox, public_address):
    client_of(cast.anna).post(f"{PAGES}new/mailgun/", {"name": "Mailgun", "secret": " the key ", "is_active": "on"})
    return InboundHook.objects.get()


def test_provider_is_connected_and_the_page_gives_its_address(cast, client_of, connected):
    page = client_of(cast.anna).get(f"{PAGES}{connected.pk}/")
    assert f"https://help.example.com/hooks/mail/{connected.token}/mime" in page.text
    assert "HTTP webhook signing key" in page.text
    assert (connected.secret, len(connected.token)) == ("the key", 43)
    assert "the key" not in page.text
    assert "no-store" in page["Cache-Control"]


def test_only_a_digest_of_the_address_can_be_read_in_the_database(cast, connected):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(h)::text FROM conversations_inboundhook h")
        row = cursor.fetchone()[0]
    assert connected.token not in row
    assert "the key" not in row


def test_empty_key_keeps_the_one_that_is_stored_and_a_new_one_replaces_it(cast, client_of, connected):
    client = client_of(cast.anna)
    client.post(f"{PAGES}{connected.pk}/", {"name": "Ours", "secret": "", "is_active": "on"})
    assert (InboundHook.objects.get().name, InboundHook.objects.get().secret) == ("Ours", "the key")
    client.post(f"{PAGES}{connected.pk}/", {"name": "Ours", "secret": "another", "is_active": "on"})
    assert InboundHook.objects.get().secret == "another"


@pytest.mark.parametrize("provider", HookProvider.values)
def test_every_provider_says_how_it_is_set_up(cast, client_of, public_address, provider):
    client = client_of(cast.anna)
    assert client.get(f"{PAGES}new/{provider}/").status_code == 200
    answer = client.post(f"{PAGES}new/{provider}/", {"name": "It", "is_active": "on"}, follow=True)
    assert answer.text.count("<li>") >= 2
    assert InboundHook.objects.get().token in answer.text


def test_new_address_ends_the_old_one(cast, client_of, connected):
    old = connected.token
    client_of(cast.anna).post(f"{PAGES}{connected.pk}/renew/")
    assert InboundHook.objects.get().token != old
    assert Client().post(f"/hooks/mail/{old}/", b"{}", content_type="application/json").status_code == 404


def test_provider_is_removed_and_what_came_stays(cast, client_of, connected, arrive, mailbox):
    arrive(b"From: carla@customer.example\n\nHello", mailbox)
    client_of(cast.anna).post(f"{PAGES}{connected.pk}/remove/")
    assert (InboundHook.objects.count(), Arrival.objects.count()) == (0, 1)


def test_last_refusal_is_said_until_something_is_taken(cast, client_of, connected, post):
    peer = PEERS["Mailgun"]
    client = client_of(cast.anna)
    assert post(peer, connected, peer.deliver(connected, b"Subject: x\r\n\r\nhi", "support@example.com")) == 403
    assert "The signature is wrong" in client.get(PAGES).text
    assert "The signature is wrong" in client.get(f"{PAGES}{connected.pk}/").text
    client.post(f"{PAGES}{connected.pk}/", {"name": "Mailgun", "secret": peer.fields["secret"], "is_active": "on"})
    assert "The signature is wrong" not in client.get(PAGES).text
    assert post(peer, connected, peer.deliver(connected, b"Subject: x\r\n\r\nhi", "support@example.com")) == 200
    assert "works" in client.get(PAGES).text


def test_strangers_see_and_change_nothing(cast, client_of, connected):
    for client, status in ((client_of(cast.lena), 404), (client_of(cast.marco), 404), (client_of(), 302)):
        for page in (PAGES, f"{PAGES}new/", f"{PAGES}new/mailgun/", f"{PAGES}{connected.pk}/"):
            assert client.get(page).status_code == status
        for deed in ("", "try/", "renew/", "remove/"):
            assert client.post(f"{PAGES}{connected.pk}/{deed}", {"name": "Mine"}).status_code == status
    assert InboundHook.objects.get().name == "Mailgun"
    assert client_of(cast.anna).get(f"{PAGES}new/nobody/").status_code == 404


def test_keys_of_another_installation_can_be_typed_anew(cast, client_of, connected, settings):
    settings.SECRET_KEY = "another key entirely"
    client = client_of(cast.anna)
    assert client.get(PAGES).status_code == 200
    assert "another key than before" in client.get(f"{PAGES}{connected.pk}/").text
    assert client.post(f"{PAGES}{connected.pk}/renew/").status_code == 302
    assert InboundHook.objects.get().token in client.get(f"{PAGES}{connected.pk}/").text


def test_list_needs_the_same_queries_however_many(cast, client_of, connected, django_assert_max_num_queries):
    for number in range(20):
        InboundHook.objects.create(provider="postmark", name=f"Hook {number}", token="x", token_digest=str(number))
    client = client_of(cast.anna)
    with django_assert_max_num_queries(6):
        assert "Hook 19" in client.get(PAGES).text


def test_mailbox_that_is_not_fetched_shows_how_its_mail_comes(cast, client_of, mailbox, arrive):
    client = client_of(cast.anna)
    assert "fetches nothing" in client.get("/settings/mailboxes/").text
    Listener.objects.create(kind="lmtp", address="127.0.0.1:2424", seen_at=clock.now())
    used = {"provider": "postmark", "name": "Postmark", "token": "x", "received_at": clock.now()}
    InboundHook.objects.create(token_digest="x", **used)
    InboundHook.objects.create(token_digest="y", **{**used, "name": "Not set up", "received_at": None})
    arrive(b"From: carla@customer.example\n\nHello", mailbox)
    page = client.get("/settings/mailboxes/").text
    assert "by LMTP, Postmark" in page
    assert "last mail:" in page
    assert "No IMAP server is needed" in client.get(f"/settings/mailboxes/{mailbox.pk}/").text
    Listener.objects.update(error="Address already in use")
    InboundHook.objects.update(mailbox=Mailbox.objects.create(name="Sales", address="sales@example.com"))
    assert client.get("/settings/mailboxes/").text.count("by Postmark") == 1


@pytest.fixture
def public_site(unshared_database, public_address):
    """The real web server, as the public address."""
    from ancora.testing.site import web_server

    with web_server() as (_server, address):
        Organisation.objects.update(public_address=address)
        forget_organisation()
        yield address


def tried(client, hook) -> str:
    return client.post(f"{PAGES}{hook.pk}/try/", headers={"hx-request": "true"}).text


@pytest.mark.parametrize("name", ["Mailgun", "Postmark", "Mandrill", "MailerSend", "Mailtrap", "Resend", "Brevo"])
def test_trial_goes_the_whole_way_and_stores_nothing(cast, client_of, hook_of, public_site, name):
    hook = hook_of(PEERS[name])
    page = tried(client_of(cast.anna), hook)
    assert "It arrived and was proved" in page
    assert 'class="bad"' not in page
    assert (Arrival.objects.count(), InboundHook.objects.get().refusal) == (0, "")


@pytest.mark.parametrize("name", ["SendGrid", "Postal", "AmazonSES"])
def test_trial_of_a_provider_that_signs_itself_is_refused_as_it_should_be(cast, client_of, hook_of, public_site, name):
    hook = hook_of(PEERS[name])
    page = tried(client_of(cast.anna), hook)
    assert "refused because it is not signed" in page
    assert InboundHook.objects.get().refusal == ""


def test_trial_says_what_is_missing(cast, client_of, hook_of):
    client = client_of(cast.anna)
    hook = hook_of(PEERS["Mailgun"], typed={})
    assert "“HTTP webhook signing key” of this page is empty" in tried(client, hook)
    for address, words in (("", "does not know its own address"), ("http://help.example.com", "without https")):
        Organisation.objects.update(public_address=address)
        forget_organisation()
        assert words in tried(client, hook)
    InboundHook.objects.update(secret="x")
    Organisation.objects.update(public_address="https://localhost:1")
    forget_organisation()
    client.post(f"{PAGES}{hook.pk}/", {"name": "Mailgun", "secret": "x", "is_active": "on"})
    assert "cannot be reached" in tried(client, hook)


def test_monitor_hears_of_refused_posts_and_silent_listeners(cast, client_of, connected, post):
    peer = PEERS["Mailgun"]
    post(peer, connected, peer.deliver(connected, b"Subject: x\r\n\r\nhi", "support@example.com"))
    Listener.objects.create(kind="lmtp", address="127.0.0.1:2424", seen_at=clock.now())
    found = json.loads(Client().get("/healthz").content)
    assert (found["refusing_hooks"], found["status"]) == (1, "degraded")
    [listener] = found["listeners"]
    assert (listener["kind"], listener["error"], listener["seen_seconds"] < 5) == ("lmtp", False, True)
    assert "address" not in listener
    assert client_of(cast.anna).get("/healthz").json()["listeners"][0]["address"] == "127.0.0.1:2424"
