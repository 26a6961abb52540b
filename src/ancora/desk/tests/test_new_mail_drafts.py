"""A new mail is kept while it is written, before it belongs to any case."""

from uuid import uuid4

import pytest

from ancora.cases.models import Draft
from ancora.conversations.models import Message
from ancora.platform.accounts.models import User

SAVE = "/new/draft/"


def typed(shop, **fields) -> dict:
    start = {"kind": "mail", "to": "dario@example.net", "subject": "Your order", "text": "Dear Dario"}
    return {
        **start,
        "format": "plain",
        "sender": shop.mailbox.address,
        "form_key": str(uuid4()),
        "version": "0",
        "draft": "0",
        **fields,
    }


@pytest.fixture
def anna(cast, client_of):
    User.objects.filter(pk=cast.anna.pk).update(undo_seconds=0)
    return client_of(cast.anna)


def test_it_is_one_draft_that_is_found_again_and_gone_when_sent(shop, anna):
    form = typed(shop)
    first = anna.post(SAVE, form).json()
    assert (first["version"], first["said"][:11]) == (1, "Draft saved")
    # The answer was lost: the same form comes again as it was.
    assert anna.post(SAVE, form | {"text": "Dear Dario, it left."}).json()["version"] == 2
    draft = Draft.objects.get()
    for page in ("/new/", "/drafts/"):
        assert f"/new/?draft={draft.pk}" in anna.get(page).content.decode()
    again = anna.get(f"/new/?draft={draft.pk}").content.decode()
    assert "Dear Dario, it left." in again
    assert f'name="draft" value="{draft.pk}"' in again
    assert 'name="version" value="2"' in again
    opened = typed(shop, draft=draft.pk, version="2", text="Dear Dario, it left today.")
    assert anna.post(SAVE, opened).json()["version"] == 3
    refused = anna.post("/new/", opened | {"version": "3", "to": "nobody"})
    assert refused.status_code == 422
    assert f'name="draft" value="{draft.pk}"' in refused.content.decode()
    for _twice in range(2):
        assert anna.post("/new/", opened | {"version": "3"}).status_code == 302
    assert Message.objects.filter(direction="out").count() == 1
    assert anna.post(SAVE, opened | {"version": "3"}).json()["version"] == 0
    assert not Draft.objects.exists()


def test_two_screens_lose_nothing_and_an_empty_one_keeps_nothing(shop, anna):
    anna.post(SAVE, typed(shop))
    draft = Draft.objects.get()
    for text in ("On this one", "On the other"):
        anna.post(SAVE, typed(shop, draft=draft.pk, version="1", text=text))
    assert sorted(one.written["text"] for one in Draft.objects.all()) == ["On the other", "On this one"]
    form = typed(shop)
    anna.post(SAVE, form)
    assert anna.post(SAVE, form | {"text": " ", "version": "1"}).json()["version"] == 0
    assert Draft.objects.count() == 2


def test_it_is_thrown_away_by_its_form_and_by_nobody_else(shop, cast, anna, client_of):
    form, thrown = typed(shop), "/new/draft/discard/"
    anna.post(SAVE, form)
    client_of(cast.stan).post(thrown, form | {"draft": Draft.objects.get().pk})
    assert client_of(cast.olga).post(thrown, form).status_code == 403
    assert client_of().post(thrown, form).status_code == 302
    assert Draft.objects.count() == 1
    for _twice in range(2):
        assert anna.post(thrown, form)["Location"] == "/new/"
    assert not Draft.objects.exists()


def test_nobody_else_saves_or_sees_it(shop, cast, anna, client_of):
    form = typed(shop)
    anna.post(SAVE, form)
    draft = Draft.objects.get()
    client_of(cast.stan).post(SAVE, form | {"draft": draft.pk, "version": "1", "text": "Mine"})
    draft.refresh_from_db()
    assert (draft.author, draft.written["text"]) == (cast.anna, "Dear Dario")
    assert client_of(cast.stan).get(f"/new/?draft={draft.pk}").status_code == 404
    assert client_of(cast.olga).post(SAVE, form).status_code == 403
    assert client_of().post(SAVE, form).status_code == 302
    assert anna.post(SAVE, form | {"form_key": "x"}).status_code == 422
