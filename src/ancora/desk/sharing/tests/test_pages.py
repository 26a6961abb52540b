"""Shared drafts at the desk: shared, read, written in turn, sent by a colleague, taken back; what strangers find."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.commands import Written, save_draft
from ancora.cases.models import Draft, DraftShare, Note
from ancora.cases.notifications.models import Notification
from ancora.cases.sharing.commands import lay_pen_down, share_draft, take_pen
from ancora.conversations.commands.draft_files import lay_file
from ancora.conversations.models import Message
from ancora.desk.live import hears_drafts
from ancora.desk.sharing.differences import differences
from ancora.desk.tests.conftest import PNG, shop
from ancora.platform.accounts.models import User
from ancora.platform.events.dispatcher import drain

__all__ = ["shop"]
PART = {"headers": {"HX-Request": "true"}}


def page_of(shop, part="") -> str:
    return f"/cases/{shop.case.reference}/{part}"


@pytest.fixture
def draft(shop, cast) -> Draft:
    """Anna's, shared with Marco, who has the pen."""
    words = {"kind": "reply", "text": "<p>Half a sentence</p>", "format": "html", "to": "carla@example.org"}
    save_draft(shop.case, Written(words), author=cast.anna)
    draft = share_draft(shop.case, author=cast.anna, people=[cast.marco])
    lay_pen_down(shop.case, person=cast.anna)
    return take_pen(shop.case, person=cast.marco, shared=draft.pk)


def typed(shop, draft, **fields) -> dict:
    known = {"answers": shop.message.pk, "seen": shop.message.pk, "version": Draft.objects.get(pk=draft.pk).version}
    start = {"kind": "reply", "text": "<p>It is on its way.</p>", "format": "html", "to": "carla@example.org"}
    return {**start, **known, "form_key": str(uuid4()), "draft": draft.pk, **fields}


def kinds_told(person) -> list[str]:
    drain()
    return list(Notification.objects.filter(person=person).values_list("kind", flat=True))


def test_shared_from_the_menu_and_opened_by_the_colleague(shop, cast, client_of):
    anna, marco = client_of(cast.anna), client_of(cast.marco)
    assert anna.post(page_of(shop, "draft/share/"), {"person": cast.marco.pk}, **PART).status_code == 422
    save_draft(shop.case, Written({"kind": "reply", "text": "Half", "to": ""}), author=cast.anna)
    assert "Marco Reale" in anna.get(page_of(shop, "draft/share/"), **PART).content.decode()
    shared = anna.post(page_of(shop, "draft/share/"), {"person": cast.marco.pk}, **PART)
    assert "desk:shared" in shared.headers["HX-Trigger"]
    draft = Draft.objects.get()
    page = marco.get(page_of(shop)).content.decode()
    assert "Anna Ferri" in page
    assert f"?shared={draft.pk}" in page
    read = marco.get(f"{page_of(shop)}?shared={draft.pk}").content.decode()
    assert 'class="composer read"' in read
    assert "Half" in read
    assert "data-saves" not in read
    assert f"?shared={draft.pk}" in marco.get("/drafts/").content.decode()
    assert kinds_told(cast.marco) == ["shared"]
    anna.post(page_of(shop, "draft/share/"), {"end": DraftShare.objects.get().pk})
    assert "?shared=" not in marco.get(page_of(shop)).content.decode()
    assert "Half" not in marco.get(f"{page_of(shop)}?shared={draft.pk}").content.decode()


def test_pen_by_click_and_what_others_typed_is_clean(shop, cast, client_of, draft):
    anna, marco = client_of(cast.anna), client_of(cast.marco)
    nasty = '<p>Dear<script>alert(1)</script> <img src="https://x.example/p.png" onerror="alert(1)"></p>'
    saved = marco.post(page_of(shop, "draft/"), typed(shop, draft, text=nasty))
    assert saved.json()["version"] == 2
    read = anna.get(page_of(shop, "composer/?draft=1"), **PART).content.decode()
    assert "Marco Reale" in read
    assert "Dear" in read
    assert "alert(1)" not in read
    assert "x.example" not in read
    busy = anna.post(page_of(shop, "draft/pen/"), {"do": "take"}, **PART)
    assert "is writing just now" in busy.headers["HX-Trigger"]
    marco.post(page_of(shop, "draft/pen/"), {"do": "lay", "draft": draft.pk}, **PART)
    taken = anna.post(page_of(shop, "draft/pen/"), {"do": "take"}, **PART).content.decode()
    assert "data-saves" in taken
    assert Draft.objects.get().writer == cast.anna


def test_late_save_is_refused_with_what_differs(shop, cast, client_of, draft):
    marco, form = client_of(cast.marco), typed(shop, draft)
    marco.post(page_of(shop, "draft/"), {**form, "text": "<p>It is lost.</p>"})
    late = marco.post(page_of(shop, "draft/"), {**form, "cc": "boss@example.org"})
    assert late.status_code == 409
    html = late.json()["html"]
    for words in ("<del>lost.</del>", "<ins>on its way.</ins>", "boss@example.org", 'data-over="2"'):
        assert words in html, words
    assert marco.post(page_of(shop, "reply/"), form, **PART).status_code == 422
    hers = client_of(cast.anna).post(page_of(shop, "draft/"), {**form, "draft": "", "version": 2})
    assert "Marco Reale has the pen" in hers.json()["complaint"]
    assert client_of(cast.anna).post(page_of(shop, "reply/"), {**form, "draft": ""}, **PART).status_code == 422
    assert not Message.objects.filter(direction="out").exists()


def test_colleague_sends_it_and_its_author_is_told(shop, cast, client_of, draft):
    marco, form = client_of(cast.marco), typed(shop, draft)
    mine = save_draft(shop.case, Written({"text": "My own"}), author=cast.marco)
    sent = marco.post(page_of(shop, "reply/"), form, **PART)
    assert "My own" in sent.content.decode()
    assert marco.post(page_of(shop, "reply/"), form, **PART).status_code == 200
    assert Message.objects.get(direction="out").author == cast.marco
    assert Draft.objects.get() == mine
    assert kinds_told(cast.anna).count("drafted") == 1


def test_taken_back_it_is_its_authors_again_and_shared(shop, cast, client_of, draft):
    User.objects.update(undo_seconds=30)
    cast.marco.refresh_from_db()
    marco = client_of(cast.marco)
    marco.post(page_of(shop, "reply/"), typed(shop, draft), **PART)
    back = marco.post(f"/messages/{Message.objects.get(direction='out').pk}/take-back/", **PART)
    assert f"shared={draft.pk}" in back.headers["HX-Trigger"]
    stored = Draft.objects.get()
    assert (stored.pk, stored.author, stored.writer, stored.message) == (draft.pk, cast.anna, cast.marco, None)
    assert DraftShare.objects.get().person == cast.marco
    assert kinds_told(cast.anna) == []


def test_note_of_a_shared_draft_is_of_who_adds_it(shop, cast, client_of, draft):
    form = typed(shop, draft, kind="note")
    for _twice in range(2):
        assert client_of(cast.marco).post(page_of(shop, "note/"), form, **PART).status_code == 200
    assert Note.objects.get().author == cast.marco
    assert not Draft.objects.exists()
    assert "drafted" in kinds_told(cast.anna)


def test_picture_in_it_is_seen_by_those_who_read_it(shop, cast, client_of, draft):
    laid = lay_file(owner=cast.marco, filename="a.png", content_type="image/png", content=PNG)
    place = f"/drafts/files/{laid.key}/"
    client_of(cast.marco).post(page_of(shop, "draft/"), typed(shop, draft, text=f'<p><img src="{place}"></p>'))
    assert place in client_of(cast.anna).get(page_of(shop)).content.decode()
    assert client_of(cast.anna).get(place).status_code == 200
    assert client_of(cast.lena).get(place).status_code == 404


def test_strangers_find_nothing(shop, cast, client_of, draft):
    save_draft(shop.hidden, Written({"text": "Secret"}), author=cast.marco)
    hidden = share_draft(shop.hidden, author=cast.marco, people=[cast.anna])
    stan, away = client_of(cast.stan), f"/cases/{shop.hidden.reference}/"
    for part in ("draft/share/", "draft/pen/"):
        assert stan.post(away + part, {"do": "take", "draft": hidden.pk}).status_code == 404
        assert client_of(cast.olga).post(page_of(shop, part)).status_code == 403
        assert "/accounts/login/" in client_of().post(page_of(shop, part))["Location"]
    assert "/accounts/login/" in client_of().get("/drafts/")["Location"]
    for page in (f"{page_of(shop)}?shared={draft.pk}", page_of(shop, f"composer/?draft=1&shared={hidden.pk}")):
        shown = stan.get(page, **PART).content.decode()
        assert "Half a sentence" not in shown
        assert "Secret" not in shown
    assert stan.post(page_of(shop, "draft/"), typed(shop, draft)).status_code == 409
    assert stan.post(page_of(shop, "reply/"), typed(shop, draft), **PART).status_code == 422
    assert "no longer shared" in stan.post(page_of(shop, "draft/pen/"), {"draft": draft.pk}, **PART)["HX-Trigger"]
    assert stan.get("/drafts/").content.decode().count("?shared=") == 0
    assert [hears_drafts(one, {draft.pk}) for one in (cast.anna, cast.marco, cast.stan)] == [{draft.pk}] * 2 + [set()]
    assert Draft.objects.get(pk=draft.pk).writer == cast.marco


def test_queries_do_not_depend_on_how_many_are_shared(shop, cast, client_of, draft):
    marco = client_of(cast.marco)

    def queries() -> list[int]:
        counts = []
        for page in (page_of(shop), "/drafts/"):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                marco.get(page)
            counts.append(len(asked))
        return counts

    before = queries()
    for one in (cast.lena, cast.stan):
        save_draft(shop.case, Written({"text": "More"}), author=one)
        share_draft(shop.case, author=one, people=[cast.marco])
    assert queries() == before


def test_differences_are_words_and_long_common_parts_are_shortened():
    same = "one two three four five six seven eight nine ten eleven twelve "
    assert differences("a b", "a b") == []
    found = differences(f"{same * 3}red end", f"{same * 3}blue end")
    assert [(piece.kind, piece.text) for piece in found[1:]] == [
        ("saved", "red "),
        ("typed", "blue "),
        ("both", "end"),
    ]
    assert found[0].text.startswith("… ")
    lines = "".join(f"line {number} is long enough\n" for number in range(600))
    assert [piece.kind for piece in differences(lines, lines + "more\n")] == ["both", "typed"]
