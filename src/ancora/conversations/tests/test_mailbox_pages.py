"""Mailboxes are connected by administrators; their passwords are written, never shown."""

import pytest

from ancora.conversations.commands.acknowledge import default_text
from ancora.conversations.identities import identities_of
from ancora.conversations.models import Fetch, Mailbox
from ancora.parties.models import Team

FORM = {
    "name": "Support",
    "address": "Help@Lido.example",
    "aliases": "info@lido.example, Sales@lido.example\n",
    "is_active": "on",
    "has_plus_addressing": "on",
    "imap_host": "imap.lido.example",
    "imap_port": "993",
    "imap_security": "tls",
    "imap_user": "help",
    "imap_password": "imap secret",
    "imap_folder": "INBOX",
    "old_mail": "import",
    "smtp_host": "smtp.lido.example",
    "smtp_port": "587",
    "smtp_security": "starttls",
    "smtp_user": "help",
    "smtp_password": "smtp secret",
}


@pytest.fixture
def connected(cast, client_of):
    client_of(cast.anna).post("/settings/mailboxes/new/", FORM)
    return Mailbox.objects.get()


def test_mailbox_is_connected(cast, client_of):
    team = Team.objects.create(name="Billing")
    answer = client_of(cast.anna).post("/settings/mailboxes/new/", {**FORM, "teams": [team.pk], "team": team.pk})
    assert answer.status_code == 302
    mailbox = Mailbox.objects.get()
    assert mailbox.addresses == ["help@lido.example", "info@lido.example", "sales@lido.example"]
    assert (mailbox.imap_password, mailbox.smtp_password) == ("imap secret", "smtp secret")
    assert (list(mailbox.teams.all()), mailbox.team) == ([team], team)


def test_password_is_never_shown_and_empty_keeps_it(cast, client_of, connected):
    client = client_of(cast.anna)
    page = client.get(f"/settings/mailboxes/{connected.pk}/settings/").text
    assert "imap secret" not in page
    assert "smtp secret" not in page
    changed = {**FORM, "imap_password": "", "smtp_password": "new secret", "name": "Help desk"}
    assert client.post(f"/settings/mailboxes/{connected.pk}/settings/", changed).status_code == 302
    mailbox = Mailbox.objects.get()
    assert (mailbox.name, mailbox.imap_password, mailbox.smtp_password) == ("Help desk", "imap secret", "new secret")


def test_wrong_form_keeps_what_was_typed_and_not_the_password(cast, client_of):
    wrong = {**FORM, "aliases": "not an address", "imap_port": "70000"}
    answer = client_of(cast.anna).post("/settings/mailboxes/new/", wrong)
    assert answer.status_code == 200
    assert "imap.lido.example" in answer.text
    assert "imap secret" not in answer.text
    assert answer.text.count('class="error"') == 2
    assert not Mailbox.objects.exists()


def test_unprotected_connection_is_only_for_this_machine(cast, client_of):
    client = client_of(cast.anna)
    answer = client.post("/settings/mailboxes/new/", {**FORM, "imap_security": "none"})
    assert "could be read on the way" in answer.text
    here = {"imap_security": "none", "imap_host": "127.0.0.1", "smtp_security": "none", "smtp_host": "localhost"}
    assert client.post("/settings/mailboxes/new/", {**FORM, **here}).status_code == 302


def test_address_belongs_to_one_mailbox(cast, client_of, connected):
    again = {**FORM, "address": "sales@lido.example", "aliases": ""}
    answer = client_of(cast.anna).post("/settings/mailboxes/new/", again)
    assert "belongs to the mailbox" in answer.text
    assert Mailbox.objects.count() == 1


def test_another_folder_is_read_from_its_beginning(cast, client_of, connected):
    Fetch.objects.create(mailbox=connected, last_uid=17)
    client = client_of(cast.anna)
    client.post(f"/settings/mailboxes/{connected.pk}/settings/", {**FORM, "name": "Same folder"})
    assert Fetch.objects.filter(last_uid=17).exists()
    client.post(f"/settings/mailboxes/{connected.pk}/settings/", {**FORM, "imap_folder": "Support"})
    assert not Fetch.objects.exists()


def test_list_shows_what_the_last_fetch_met(cast, client_of, connected):
    Fetch.objects.create(mailbox=connected, error="imap.lido.example does not answer.")
    page = client_of(cast.anna).get("/settings/mailboxes/").text
    assert "imap.lido.example does not answer." in page
    assert "trouble" in page


def test_strangers_neither_see_nor_change_nor_try_a_mailbox(cast, client_of, connected):
    for client, status in ((client_of(cast.lena), 404), (client_of(cast.marco), 404), (client_of(), 302)):
        for page in ("settings/", "try/"):
            page = f"/settings/mailboxes/{connected.pk}/{page}"
            assert client.post(page, {**FORM, "name": "Mine"}).status_code == status
        assert client.post("/settings/mailboxes/new/try/", FORM).status_code == status
    assert Mailbox.objects.get().name == "Support"


def test_trial_of_a_wrong_form_tries_nothing_and_says_why(cast, client_of):
    headers = {"hx-request": "true"}
    answer = client_of(cast.anna).post("/settings/mailboxes/new/try/", {**FORM, "imap_user": ""}, headers=headers)
    assert "Nothing was tried yet" in answer.text
    assert "often the whole address" in answer.text


def test_mailbox_of_another_key_can_still_be_opened(cast, client_of, connected, settings):
    settings.SECRET_KEY = "another key entirely"
    client = client_of(cast.anna)
    assert client.get("/settings/mailboxes/").status_code == 200
    assert client.get(f"/settings/mailboxes/{connected.pk}/").status_code == 200
    assert client.get(f"/settings/mailboxes/{connected.pk}/settings/").status_code == 200
    assert client.post(f"/settings/mailboxes/{connected.pk}/settings/", FORM).status_code == 302
    assert Mailbox.objects.get().imap_password == "imap secret"


def test_list_of_mailboxes_needs_the_same_queries_however_many(cast, client_of, django_assert_max_num_queries):
    client = client_of(cast.anna)
    for number in range(20):
        Mailbox.objects.create(name=f"Box {number}", address=f"box{number}@lido.example")
    with django_assert_max_num_queries(8):
        assert "Box 19" in client.get("/settings/mailboxes/").text


def test_further_addresses_may_have_names(cast, client_of):
    aliases = "Billing <Billing@lido.example>\ninfo@lido.example, Sales Team <sales@lido.example>"
    client = client_of(cast.anna)
    client.post("/settings/mailboxes/new/", {**FORM, "aliases": aliases})
    mailbox = Mailbox.objects.get()
    assert mailbox.aliases == ["billing@lido.example", "info@lido.example", "sales@lido.example"]
    assert [str(one) for one in identities_of(mailbox)] == [
        "Support <help@lido.example>",
        "Billing <billing@lido.example>",
        "Support <info@lido.example>",
        "Sales Team <sales@lido.example>",
    ]
    shown = client.get(f"/settings/mailboxes/{mailbox.pk}/settings/").text
    assert "Billing &lt;billing@lido.example&gt;\ninfo@lido.example\nSales Team &lt;sales@lido.example&gt;" in shown
    wrong = client.post("/settings/mailboxes/new/", {**FORM, "address": "b@lido.example", "aliases": "Billing <x>"})
    assert "valid email address" in wrong.text


def test_rate_and_acknowledgement_are_settings_with_sane_beginnings(cast, client_of):
    client = client_of(cast.anna)
    client.post("/settings/mailboxes/new/", FORM)
    mailbox = Mailbox.objects.get()
    assert (mailbox.sends_per_minute, mailbox.acknowledges, mailbox.acknowledgements_per_hour) == (60, False, 60)
    page = client.get(f"/settings/mailboxes/{mailbox.pk}/settings/").text
    assert "Thank you for your message" in page
    client.post(f"/settings/mailboxes/{mailbox.pk}/settings/", {**FORM, "acknowledgement_en": default_text("en")})
    mailbox.refresh_from_db()
    assert mailbox.acknowledgement_en == ""
    chosen = {
        "sends_per_minute": "0",
        "acknowledges": "on",
        "acknowledgement_en": "Got it: {reference}",
        "acknowledgement_it": "Ricevuto: {reference}",
        "acknowledgements_per_hour": "5",
    }
    client.post(f"/settings/mailboxes/{mailbox.pk}/settings/", {**FORM, **chosen})
    mailbox.refresh_from_db()
    assert (mailbox.sends_per_minute, mailbox.acknowledges, mailbox.acknowledgements_per_hour) == (0, True, 5)
    assert mailbox.acknowledgement_it == "Ricevuto: {reference}"
    client.post(f"/settings/mailboxes/{mailbox.pk}/settings/", {**FORM, "sends_per_minute": ""})
    mailbox.refresh_from_db()
    assert mailbox.sends_per_minute == 60


def test_border_server_and_spam_header_are_written(cast, client_of, connected):
    client, page = client_of(cast.anna), f"/settings/mailboxes/{connected.pk}/settings/"
    trust = {"authserv_ids": "MX.lido.example, *.provider.example", "spam_header": "X-Spam-Flag: YES"}
    assert client.post(page, {**FORM, **trust}).status_code == 302
    mailbox = Mailbox.objects.get()
    assert mailbox.authserv_ids == ["mx.lido.example", "*.provider.example"]
    assert mailbox.spam_header == "X-Spam-Flag: YES"
    shown = client.get(page).text
    assert "mx.lido.example, *.provider.example" in shown
    assert '<option value="X-Forefront-Antispam-Report: *SFV:SPM*" label="Microsoft 365">' in shown


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("authserv_ids", "https://mx.lido.example", "no name of a server"),
        ("authserv_ids", "*", "no name of a server"),
        ("spam_header", "X-Spam", "Write a header, a colon"),
        ("spam_header", "X-Spam: ****", "Write a header, a colon"),
    ],
)
def test_trust_that_cannot_be_understood_is_refused(cast, client_of, connected, field, text, words):
    answer = client_of(cast.anna).post(f"/settings/mailboxes/{connected.pk}/settings/", {**FORM, field: text})
    assert answer.status_code == 200
    assert words in answer.text
