"""Administrators make chats; a website signs who its people are, in whatever language."""

import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from ancora.conversations.chats.keys import keys_of
from ancora.conversations.chats.signed import NotSigned, person_of
from ancora.conversations.chats.tests.rooms import SECRET, Browser, open_account, signed
from ancora.conversations.models import ChannelAccount
from ancora.platform import clock
from ancora.selfservice.accounts import examples

PROGRAMS = {
    "identity.py.txt": "python3",
    "identity.mjs": "node",
    "identity.php": "php",
    "identity.rb": "ruby",
    "identity.go": "go",
}


def _typed(mailbox, **more) -> dict:
    return {
        "name": "Shop",
        "mailbox": mailbox.pk,
        "is_active": "on",
        "hue": "340",
        "side": "start",
        "proof": "always",
        "proof_above": 5,
        **more,
    }


def test_chat_is_made_looked_at_and_changed(cast, client_of, mailbox):
    anna = client_of(cast.anna)
    sites = "https://Shop.example/\nhttps://*.shop.example"
    made = anna.post("/settings/chats/new/", _typed(mailbox, sites=sites, greeting_it="Buongiorno, dica."))
    account = ChannelAccount.objects.get()
    assert made.url == f"/settings/chats/{account.pk}/"
    assert account.settings["sites"] == ["https://shop.example", "https://*.shop.example"]
    assert (account.settings["proof"], account.settings["proof_above"]) == ("always", 5)
    page = anna.get(made.url).content.decode()
    assert f"/chat/{account.token}/widget.js" in page
    assert account.secret in page
    assert page.count("<pre") == 5
    shown = Browser(account).get("?lang=it-IT")
    assert 'lang="it"' in shown.content.decode()
    assert "Buongiorno, dica." in shown.content.decode()
    assert 'data-hue="340"' in shown.content.decode()

    anna.post(made.url, _typed(mailbox, title="Lume", is_active=""))
    assert Browser(account).get("").status_code == 404
    assert '<span class="tag">switched off</span>' in anna.get("/settings/chats/").content.decode()


def test_old_key_is_accepted_for_a_week_or_until_it_is_put_away(cast, client_of, mailbox):
    account, anna = open_account(mailbox), client_of(cast.anna)
    page = f"/settings/chats/{account.pk}/"

    def shown(path: str = "") -> str:
        return (anna.post(page + path, follow=True) if path else anna.get(page)).content.decode()

    def accepted(key: str, days: int = 0) -> int:
        with clock.at(clock.now() + timedelta(days=days)):
            exp = int(clock.now().timestamp()) + 600
            return Browser(account).begin(identity=signed(sub="4711", exp=exp, key=key)).status_code

    assert "The old key is accepted until" in shown("key/")
    new = keys_of(ChannelAccount.objects.get()).newest
    assert [accepted(SECRET), accepted(new), accepted(SECRET, 6), accepted(SECRET, 8)] == [200, 200, 200, 403]
    # A second click does not put away the key that the website has.
    assert "There are two keys." in shown("key/")
    assert (accepted(SECRET), keys_of(ChannelAccount.objects.get()).newest) == (200, new)
    assert SECRET not in shown()
    with clock.at(clock.now() + timedelta(days=8)):
        assert "The old key" not in shown()
    assert "Only the new key is accepted now." in shown("key/old/")
    shown("key/old/")
    # Nor can the keys be changed where those of other channels are.
    assert anna.post(reverse("conversations:rotate_key", args=[account.pk])).status_code == 404
    assert [accepted(SECRET), accepted(new)] == [403, 200]


def test_when_unread_lines_are_mailed_is_chosen(cast, client_of, mailbox):
    account, anna = open_account(mailbox, unread_seconds=60), client_of(cast.anna)
    page = f"/settings/chats/{account.pk}/"
    assert '<option value="60" selected>after 60 seconds' in anna.get(page).content.decode()
    for given, kept in (("900", 900), ("", 900), ("0", 0)):
        assert anna.post(page, _typed(mailbox, unread_seconds=given)).status_code == 302
        account.refresh_from_db()
        assert account.settings["unread_seconds"] == kept
    for wrong in ("7", "-1", "soon"):
        assert (
            "is not one of the available choices"
            in anna.post(page, _typed(mailbox, unread_seconds=wrong)).content.decode()
        )


@pytest.mark.parametrize("written", ["shop.example", "https://shop.example/cups", "https://x; script-src *", "*"])
def test_what_is_no_website_is_refused(cast, client_of, mailbox, written):
    page = client_of(cast.anna).post("/settings/chats/new/", _typed(mailbox, sites=f"https://shop.example\n{written}"))
    assert "Write each as its address begins" in page.content.decode()
    assert not ChannelAccount.objects.exists()


def test_nobody_else_finds_the_settings(cast, client_of, mailbox):
    account = open_account(mailbox)
    for person in (cast.lena, cast.stan):
        client = client_of(person)
        for path in ("chats/", "chats/new/", f"chats/{account.pk}/"):
            assert client.get(f"/settings/{path}").status_code == 404
        for path in ("key/", "key/old/"):
            assert client.post(f"/settings/chats/{account.pk}/{path}").status_code == 404
    assert client_of().get("/settings/chats/").status_code == 302
    account.kind = "webhook"
    account.save()
    assert client_of(cast.anna).get(f"/settings/chats/{account.pk}/").status_code == 404


@pytest.mark.parametrize("file", PROGRAMS)
def test_programs_of_the_documents_sign(file):
    if shutil.which(PROGRAMS[file]) is None:
        pytest.skip(f"no {PROGRAMS[file]} here")
    path = Path(examples.__file__).parent / file
    command = [PROGRAMS[file], *(["run"] if file.endswith(".go") else []), str(path)]
    printed = subprocess.run(  # noqa: S603
        command, env={**os.environ, "CHAT_KEY": "a key"}, capture_output=True, text=True, check=True
    )
    token = printed.stdout.strip()
    person = person_of(token, "a key")
    assert (person.user_id, person.name, person.is_email_verified) == ("4711", "Carla Bianchi", True)
    with pytest.raises(NotSigned):
        person_of(token, "another key")


def test_documents_show_the_same_programs():
    document = (Path(__file__).parents[5] / "docs" / "chat-on-a-website.md").read_text()
    for name, program in examples.examples():
        assert program.strip() in document, name
