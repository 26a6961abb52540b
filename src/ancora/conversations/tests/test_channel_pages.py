"""The settings of channels: accounts, their keys, and a trial."""

import re
import shutil
import subprocess

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from ancora.conversations.channels.contract import Posted
from ancora.conversations.channels.webhook.signing import proved
from ancora.conversations.channels.webhook.tests import peer
from ancora.conversations.channels.webhook.tests.samples import SAMPLES
from ancora.conversations.chats.tests.rooms import Browser, open_account
from ancora.conversations.commands import process_pending
from ancora.conversations.models import ChannelAccount, Mailbox
from ancora.platform import clock

PAGES = ["", "new/webhook/"]


@pytest.fixture
def anna(cast, mailbox, public_address, client_of):
    return client_of(cast.anna)


def typed(mailbox, **fields) -> dict:
    told = {"name": "Shop app", "mailbox": mailbox.pk, "is_active": "on", "address": "https://shop.example/answers"}
    return {**told, **fields}


def test_an_account_is_made_changed_switched_off_and_given_another_key(anna, mailbox, public_address):
    assert "No other channel yet" in anna.get("/settings/channels/").content.decode()
    assert anna.post("/settings/channels/new/webhook/", typed(mailbox, window_hours="24")).status_code == 302
    account = ChannelAccount.objects.get()
    assert account.settings == {"address": "https://shop.example/answers", "window_hours": 24}
    page = f"/settings/channels/{account.pk}/"
    shown = anna.get(page).content.decode()
    assert f"{public_address}/hooks/channel/{account.token}/" in shown
    assert account.secret in shown
    anna.post(f"{page}key/")
    assert "The one before, still believed" in anna.get(page).content.decode()
    assert "There are two keys" in anna.post(f"{page}key/", follow=True).content.decode()
    assert account.secret in anna.get(page).content.decode()
    anna.post(f"{page}old-key/")
    before = ChannelAccount.objects.get()
    assert len(before.secret.split()) == 1
    assert before.secret != account.secret
    assert anna.post(page, typed(mailbox, is_active="")).status_code == 302
    account.refresh_from_db()
    assert (account.is_active, account.settings) == (False, {"address": "https://shop.example/answers"})
    assert account.token == before.token
    assert "switched off" in anna.get("/settings/channels/").content.decode()


def test_mailbox_is_chosen_where_there_are_several(anna, mailbox):
    page, empty = "/settings/channels/new/webhook/", '<option value="" selected>choose …</option>'
    assert f'<option value="{mailbox.pk}" selected>' in anna.get(page).content.decode()
    Mailbox.objects.create(name="Sales", address="sales@example.com")
    shown = anna.get(page).content.decode()
    assert empty in shown
    assert empty in anna.get("/settings/chats/new/").content.decode()
    assert "Select an option" not in shown


@pytest.mark.parametrize(
    ("address", "words"),
    [("http://shop.example/", "https only"), ("shop", "no address"), ("https://a:b@shop.example/", "no address")],
)
def test_an_address_that_cannot_be_used_is_refused(anna, mailbox, address, words):
    answer = anna.post("/settings/channels/new/webhook/", typed(mailbox, address=address))
    assert words in answer.content.decode()
    assert ChannelAccount.objects.count() == 0


def test_a_trial_says_what_the_other_side_answers(anna, mailbox):
    account = SAMPLES.account()
    page = f"/settings/channels/{account.pk}/try/"
    with peer.program() as program:
        ChannelAccount.objects.update(settings={"address": program.address})
        program.answer_next("401")
        assert "It answers 401." in anna.post(page).content.decode()
        program.answer_next("200")
        assert "believes our signature" in anna.post(page).content.decode()
        headers, body = program.posts[-1]
        assert proved(Posted(headers, body), account.secret, clock.now()).startswith("trial_")
    assert "cannot be reached" in anna.post(page).content.decode()


def test_only_administrators_see_channels_and_the_list_has_one_price(anna, cast, client_of):
    account = SAMPLES.account()
    for person in (cast.lena, cast.marco, cast.olga):
        for path in ("", "new/webhook/", f"{account.pk}/"):
            assert client_of(person).get(f"/settings/channels/{path}").status_code == 404
        for path in ("try/", "key/", "old-key/"):
            assert client_of(person).post(f"/settings/channels/{account.pk}/{path}").status_code == 404
    assert client_of().get(f"/settings/channels/{account.pk}/").status_code == 302
    assert anna.get("/settings/channels/new/email/").status_code == 404
    anna.get("/settings/channels/")
    with CaptureQueriesContext(connection) as few:
        anna.get("/settings/channels/")
    SAMPLES.account()
    with CaptureQueriesContext(connection) as many:
        anna.get("/settings/channels/")
    assert len(many) == len(few)


def test_chat_in_which_somebody_wrote_works(anna, mailbox):
    account = open_account(mailbox, name="Shop chat")
    assert "nothing came yet" in anna.get("/settings/channels/").content.decode()
    Browser(account).begin()
    page = anna.get("/settings/channels/").content.decode()
    assert "nothing came yet" not in page
    assert "works" in page


def test_what_cannot_be_read_waits_in_quarantine_under_the_name_of_its_account(anna, client_of):
    peer.post(client_of(), SAMPLES.account(), b"no json")
    process_pending()
    shown = anna.get("/settings/quarantine/").content.decode()
    assert "Shop app" in shown
    assert "the body is no JSON" in shown
    [pk] = re.findall(r"/settings/quarantine/(\d+)/\"", shown)
    original = anna.get(f"/settings/quarantine/{pk}/original/")
    assert (original.content, original["Content-Type"]) == (b"no json", "application/octet-stream")


def test_the_example_for_a_shell_signs_as_it_must(anna):
    """Run as it stands on the page, with a `curl` that says what it was told."""
    assert shutil.which("openssl"), "the example needs openssl"
    account = SAMPLES.account()
    script = render_to_string("conversations/webhook_example.txt", {"address": "https://help.example.com/"})
    script = script.replace("KEY='…'", f"KEY='{account.secret}'")
    told = subprocess.run(
        ["sh", "-euc", f"curl() {{ for one; do printf '%s\\n' \"$one\"; done; }}\n{script}"],
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    headers = dict(one.split(": ", 1) for one in told if one.startswith("webhook-"))
    assert proved(Posted(headers, told[-1].encode()), account.secret, clock.now())
