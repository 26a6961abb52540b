"""The website of the demo company: its chat recognises who is signed in there."""

import re

import pytest

from ancora.conversations.chats.signed import person_of
from ancora.conversations.chats.tests.rooms import Browser
from ancora.customers.commands import observe_handle
from ancora.customers.models import Customer, HandleKind, Verification
from ancora.demo.outbox import sent_mail
from ancora.demo.website import be_found_at, open_chat
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.accounts.models import Organisation
from ancora.platform.events.models import StoredEvent


@pytest.fixture
def played(cast, mailbox, settings, tmp_path):
    """An installation where the story was played, as far as the website can tell."""
    settings.ANCORA_HOME = tmp_path
    (tmp_path / "demo.json").write_text("{}")
    return observe_handle(HandleKind.EMAIL, "carla@example.org", name="Carla", verification=Verification.STRONG)


def test_website_shows_the_chat_to_everybody_under_a_strict_policy(played, client_of):
    assert client_of().get("/demo/website/").status_code == 404
    chat = open_chat()
    assert open_chat() == chat
    page = client_of().get("/demo/website/", {"lang": "it", "as": played.pk})
    assert page["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert not page.cookies
    source = page.content.decode()
    assert f"/chat/{chat.token}/widget.js" in source
    token = re.search(r'data-identity="([^"]+)"', source)[1]
    assert person_of(token, chat.secret).email == "carla@example.org"
    Browser(chat).begin(identity=token)
    assert Customer.objects.count() == 1
    assert 'data-identity=""' in client_of().get("/demo/website/").content.decode()


def test_no_other_installation_has_it(cast, mailbox, settings, tmp_path, client_of):
    settings.ANCORA_HOME = tmp_path
    open_chat()
    assert client_of(cast.anna).get("/demo/website/").status_code == 404
    assert client_of().get("/demo/mail/").status_code == 302


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "http://localhost:8001"),
        ("http://localhost:8000", "http://localhost:8001"),
        ("https://help.example.com", "https://help.example.com"),
    ],
)
def test_links_in_mails_lead_to_the_port_of_today(cast, before, after):
    Organisation.objects.update(public_address=before)
    be_found_at(8001)
    be_found_at(8001)
    assert Organisation.objects.get().public_address == after
    assert StoredEvent.objects.filter(type=SettingChanged.type).count() == (before != after)


def test_links_in_sent_mail_can_be_followed_and_the_rest_is_text(played, cast, tmp_path, client_of):
    link = "http://localhost:8001/chat/abc/?lang=en&back=1#ticket"
    key = sent_mail(tmp_path).add(f"From: a@example.org\r\nSubject: Your link\r\n\r\nGo on <{link}>\r\n<b>soon</b>\r\n")
    page = client_of(cast.anna).get(f"/demo/mail/{key}/").content.decode()
    assert f'href="{link.replace("&", "&amp;")}"' in page
    assert "&lt;b&gt;soon" in page
