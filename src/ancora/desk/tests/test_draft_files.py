"""Files and pictures of a composer: kept here until they are sent, and nobody else's."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ancora.cases.models import Note
from ancora.conversations.commands.draft_files import forget_draft_files
from ancora.conversations.models import DraftFile, Outgoing
from ancora.desk.tests.conftest import PNG
from ancora.desk.tests.test_composer import PART, anna, page_of, sent, typed
from ancora.platform import clock
from ancora.platform.files.store import read

__all__ = ["anna"]


def lay(client, name="a.txt", content=b"a", kind="text/plain"):
    return client.post("/drafts/files/", {"file": SimpleUploadedFile(name, content, kind)})


def test_picture_of_the_editor_goes_along_and_is_shown_on_the_timeline(shop, anna):
    laid = lay(anna, "seal.png", PNG, "application/octet-stream").json()
    assert laid["picture"] == f"/drafts/files/{laid['key']}/"
    shown = anna.get(laid["picture"])
    assert (shown["Content-Type"], shown.content) == ("image/png", PNG)
    html = f'<p>Here: <img src="{laid["picture"]}" alt="seal.png"><img src="https://tracker.example/x.png"></p>'
    anna.post(page_of(shop, "reply/"), typed(shop, text=html, format="html"))
    message = sent()
    assert message.html == f'<p>Here: <img src="cid:{laid["key"]}@ancora" alt="seal.png"></p>'
    assert message.text == "Here: [seal.png]"
    picture = message.attachments.get()
    assert (picture.is_inline, picture.content_type, picture.filename) == (True, "image/png", "seal.png")
    page = anna.get(page_of(shop)).content.decode()
    assert f'<img src="/attachments/{picture.pk}/?inline=1" alt="seal.png">' in page
    assert f'href="/attachments/{picture.pk}/"' not in page


def test_what_only_calls_itself_a_picture_is_none(shop, anna):
    assert "picture" not in lay(anna, "x.png", b"<svg onload=alert(1)>", "image/png").json()


def test_picture_of_somebody_else_is_not_sent(shop, anna, cast, client_of):
    theirs = lay(client_of(cast.marco), "seal.png", PNG, "image/png").json()
    assert anna.get(theirs["picture"]).status_code == 404
    assert client_of().get(theirs["picture"]).status_code == 302
    html = f'<p>Here: <img src="{theirs["picture"]}"></p>'
    answer = anna.post(page_of(shop, "reply/"), typed(shop, text=html, format="html"), **PART)
    assert answer.status_code == 422
    assert "no longer kept here" in answer.content.decode()
    assert not Outgoing.objects.exists()


def test_files_lie_here_until_they_are_sent(shop, anna):
    keys = [lay(anna, name).json()["key"] for name in ("a.txt", "b.txt")]
    refused = anna.post(page_of(shop, "reply/"), typed(shop, to="nonsense", kept=keys), **PART)
    assert refused.status_code == 422
    anna.post(page_of(shop, "reply/"), typed(shop, kept=keys))
    assert list(sent().attachments.values_list("filename", flat=True)) == ["a.txt", "b.txt"]


def test_without_scripts_files_survive_a_refusal_too(shop, anna):
    files = [SimpleUploadedFile("a.txt", b"first")]
    page = anna.post(page_of(shop, "reply/"), typed(shop, to="nonsense", files=files)).content.decode()
    key = DraftFile.objects.get().key
    assert f'name="kept" value="{key}"' in page
    assert "a.txt" in page
    anna.post(page_of(shop, "reply/"), typed(shop, kept=[str(key)]))
    assert read(sent().attachments.get().file) == b"first"


def test_new_mail_keeps_its_files_as_well(shop, anna):
    form = {"kind": "mail", "sender": "support@example.com", "to": "nonsense", "subject": "S", "text": "Long letter"}
    files = [SimpleUploadedFile("a.txt", b"first")]
    page = anna.post("/new/", {**form, "files": files}).content.decode()
    assert f'name="kept" value="{DraftFile.objects.get().key}"' in page
    kept = [str(DraftFile.objects.get().key)]
    anna.post("/new/", {**form, "to": "neo@example.org", "kept": kept, "unsigned": "1"})
    assert sent().attachments.get().filename == "a.txt"


def test_pictures_in_a_note_become_its_files(shop, anna):
    laid = lay(anna, "seal.png", PNG, "image/png").json()
    html = f'<p>Look <img src="{laid["picture"]}"></p>'
    anna.post(page_of(shop, "note/"), {"kind": "note", "text": html, "format": "html", "form_key": str(uuid4())})
    note = Note.objects.get()
    assert note.html == "<p>Look </p>"
    assert note.files.get().filename == "seal.png"


@pytest.mark.parametrize(("content", "words"), [(b"x" * 25_000_001, "larger than 25 MB")], ids=["too large"])
def test_file_that_could_never_be_sent_is_refused_at_once(anna, content, words):
    answer = lay(anna, "big.bin", content)
    assert answer.status_code == 422
    assert words in answer.json()["complaint"]
    assert not DraftFile.objects.exists()


def test_more_files_than_fit_into_a_mail_are_refused_in_words(shop, anna):
    keys = [lay(anna, f"{number}.txt").json()["key"] for number in range(51)]
    answer = anna.post(page_of(shop, "reply/"), typed(shop, kept=keys), **PART)
    assert "More than 50 files" in answer.content.decode()


def test_stranger_lays_nothing(client_of, shop):
    assert lay(client_of()).status_code == 302
    assert not DraftFile.objects.exists()


def test_files_nobody_sent_are_forgotten_after_a_week(anna, shop):
    lay(anna, "new.txt")
    with clock.at(clock.now() - timedelta(days=8)):
        lay(anna, "old.txt")
    assert forget_draft_files() == 1
    assert DraftFile.objects.get().filename == "new.txt"
