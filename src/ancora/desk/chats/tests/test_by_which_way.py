"""Where the visitor is, the chat is offered first, and mail is one step away; both ways lead back."""

from uuid import uuid4

import pytest

from ancora.cases.commands import merge_cases
from ancora.cases.models import Case
from ancora.conversations.models import Contact
from ancora.desk.tests.conftest import letter
from ancora.platform import clock


@pytest.fixture
def mailed(case, cast, mailbox, arrive) -> Case:
    """The visitor went on by mail."""
    arrive(letter(), mailbox)
    merge_cases(Case.objects.exclude(pk=case.pk).get(), into=case, author=cast.marco)
    return Case.objects.get(pk=case.pk)


def shown(client, case, asked="") -> str:
    return client.get(f"/cases/{case.reference}/{asked}").content.decode()


def test_who_went_on_by_mail_and_sits_in_the_chat_is_answered_there(mailed, cast, client_of):
    stan = client_of(cast.stan)
    page = shown(stan, mailed)
    assert "data-chat=" in page
    assert "Carla is here" in page
    for asked in ("?by=mail", "composer/?by=mail"):
        by_mail = shown(stan, mailed, asked)
        assert 'value="Carla Bianchi &lt;carla@example.org&gt;"' in by_mail
        assert "data-chat=" not in by_mail
        assert f'href="/cases/{mailed.reference}/?by=chat"' in by_mail


def test_who_left_is_answered_by_mail_with_a_way_back(mailed, cast, client_of):
    Contact.objects.update(gone_at=clock.now())
    stan = client_of(cast.stan)
    page = shown(stan, mailed)
    assert "data-chat=" not in page
    assert "Answer in the chat" in page
    chosen = shown(stan, mailed, "?by=chat")
    assert "data-chat=" in chosen
    assert 'data-mode="by=chat"' in chosen


def test_what_was_written_for_a_mail_goes_along_as_plain_words(case, cast, client_of):
    stan, base = client_of(cast.stan), f"/cases/{case.reference}/"
    fields = {"kind": "reply", "text": "<p>It is <b>here</b></p>", "format": "html", "form_key": str(uuid4())}
    stan.post(f"{base}draft/", {**fields, "to": "carla@example.org", "mode": "by=mail", "version": 0})
    assert 'name="to"' in shown(stan, case)
    turned = shown(stan, case, "composer/?draft=1&by=chat")
    assert "data-chat=" in turned
    assert ">It is here</textarea>" in turned
    assert 'name="format" value="plain"' in turned


def test_what_was_begun_in_the_chat_knows_whom_to_mail(mailed, cast, client_of):
    stan, base = client_of(cast.stan), f"/cases/{mailed.reference}/"
    fields = {"kind": "reply", "text": "It is here", "format": "plain", "form_key": str(uuid4()), "version": 0}
    stan.post(f"{base}draft/", fields)
    Contact.objects.update(gone_at=clock.now())
    page = shown(stan, mailed)
    assert ">It is here</textarea>" in page
    assert 'value="Carla Bianchi &lt;carla@example.org&gt;"' in page
