"""Drafts: what somebody typed is there again, on every screen, for them alone."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases import commands
from ancora.cases.models import Case, Draft, Note
from ancora.cases.queries.drafts import draft_in, drafted_among
from ancora.conversations.commands.draft_files import lay_file
from ancora.conversations.models import DraftFile, Message
from ancora.desk.tests.conftest import letter
from ancora.platform.events.actors import Actor
from ancora.testing.threads import Aside

PART = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def anna(cast, client_of):
    return client_of(cast.anna)


def page_of(case, part="") -> str:
    return f"/cases/{case.reference}/{part}"


def typed(shop, **fields):
    start = {"kind": "reply", "text": "<p>Half a sen</p>", "format": "html", "to": "Carla <carla@example.org>"}
    return {
        **start,
        "answers": shop.message.pk,
        "seen": shop.message.pk,
        "form_key": str(uuid4()),
        "version": 0,
        **fields,
    }


def save(client, shop, **fields):
    return client.post(page_of(shop.case, "draft/"), typed(shop, **fields))


def test_draft_is_there_again_for_its_author_alone(shop, anna, cast, client_of):
    answer = save(anna, shop, cc="boss@example.org")
    assert answer.json()["version"] == 1
    assert answer.json()["said"].startswith("Draft saved")
    page = client_of(cast.anna).get(page_of(shop.case)).content.decode()
    for words in ("Half a sen", "boss@example.org", 'name="version" value="1"', "Draft saved"):
        assert words in page, words
    assert "Half a sen" not in client_of(cast.lena).get(page_of(shop.case)).content.decode()


def test_draft_survives_whoever_owns_the_case_and_a_log_out(shop, anna, cast):
    save(anna, shop)
    commands.assign_case(shop.case, owner=cast.lena, actor=Actor.human(cast.lena))
    anna.logout()
    anna.force_login(cast.anna)
    assert "Half a sen" in anna.get(page_of(shop.case)).content.decode()


def test_note_is_a_draft_too_also_of_an_observer(shop, cast, client_of):
    olga = client_of(cast.olga)
    save(olga, shop, kind="note", text="Seen")
    page = olga.get(page_of(shop.case)).content.decode()
    assert "Seen" in page
    olga.post(page_of(shop.case, "note/"), {"kind": "note", "text": "Seen", "form_key": str(uuid4())})
    assert Note.objects.count() == 1
    assert not Draft.objects.exists()


def test_sending_ends_it_and_what_comes_late_is_let_go(shop, anna):
    form = typed(shop)
    anna.post(page_of(shop.case, "draft/"), form)
    anna.post(page_of(shop.case, "reply/"), form, **PART)
    assert not Draft.objects.exists()
    assert anna.post(page_of(shop.case, "draft/"), form).json() == {"version": 0, "said": ""}
    assert not Draft.objects.exists()
    assert Message.objects.filter(direction="out").count() == 1


def test_late_save_of_an_added_note_is_let_go(shop, anna):
    form = typed(shop, kind="note")
    anna.post(page_of(shop.case, "note/"), form, **PART)
    anna.post(page_of(shop.case, "draft/"), form)
    assert not Draft.objects.exists()


def test_emptied_and_discarded_drafts_are_gone(shop, anna):
    save(anna, shop)
    assert save(anna, shop, text="  ", version=1).json()["version"] == 0
    assert not Draft.objects.exists()
    save(anna, shop)
    answer = anna.post(page_of(shop.case, "draft/discard/"), **PART)
    assert "Half a sen" not in answer.content.decode()
    assert not Draft.objects.exists()
    assert anna.post(page_of(shop.case, "draft/discard/")).status_code == 302


def test_another_screen_is_not_overwritten_unseen(shop, anna):
    save(anna, shop)
    save(anna, shop, text="<p>On the phone</p>", version=1)
    late = save(anna, shop, text="<p>On the desktop</p>", version=1)
    assert late.status_code == 409
    assert "another screen" in late.json()["complaint"]
    assert Draft.objects.get().written["text"] == "<p>On the phone</p>"


def test_two_screens_that_begin_at_once_make_one_draft(shop, cast):
    from ancora.cases.commands import Written, WrittenElsewhere, save_draft

    def begin(text):
        try:
            return save_draft(Case.objects.get(pk=shop.case.pk), Written({"text": text}), author=cast.anna)
        except WrittenElsewhere:
            return None

    screens = [Aside(begin, text) for text in ("one", "two", "three")]
    assert len([one for one in screens if one.result()]) == 1
    assert Draft.objects.count() == 1


def test_files_stay_as_long_as_the_draft(shop, anna, cast):
    paper = lay_file(owner=cast.anna, filename="paper.pdf", content_type="application/pdf", content=b"%PDF")
    save(anna, shop, kept=str(paper.key))
    assert DraftFile.objects.get().is_held
    assert "paper.pdf" in anna.get(page_of(shop.case)).content.decode()
    save(anna, shop, version=1)
    assert not DraftFile.objects.get().is_held


def test_files_of_others_and_nonsense_are_not_taken(shop, anna, cast):
    theirs = lay_file(owner=cast.lena, filename="theirs.pdf", content_type="application/pdf", content=b"%PDF")
    save(anna, shop, kept=[str(theirs.key), "x"], mode="answers=999999", version="x", form_key="x", answers="x")
    page = anna.get(page_of(shop.case))
    assert page.status_code == 200
    assert "theirs.pdf" not in page.content.decode()
    assert "Half a sen" in page.content.decode()
    assert not DraftFile.objects.get().is_held


def test_draft_of_a_forward_is_drawn_as_one(shop, anna):
    save(anna, shop, kind="forward", mode=f"forward={shop.message.pk}", to="lab@example.net")
    page = anna.get(page_of(shop.case)).content.decode()
    assert f'name="forwards" value="{shop.message.pk}"' in page
    assert "lab@example.net" in page


def test_draft_is_there_in_the_case_into_which_its_own_was_merged(shop, anna, cast, arrive):
    save(anna, shop)
    arrive(letter(subject="Another", message_id="<b@example.org>"), shop.mailbox)
    survivor = Case.objects.latest("id")
    commands.merge_cases(shop.case, into=survivor, author=cast.anna)
    assert "Half a sen" in anna.get(page_of(survivor)).content.decode()
    assert draft_in(cast.anna, survivor) == Draft.objects.get()
    assert drafted_among(cast.anna, [survivor]) == {survivor.pk}


def test_row_says_that_a_draft_is_there_to_its_author(shop, anna, cast, client_of):
    save(anna, shop)
    tag = '<span class="tag draft">draft</span>'
    assert tag in anna.get("/queues/open/").content.decode()
    assert tag not in client_of(cast.lena).get("/queues/open/").content.decode()


def test_marks_cost_one_query_however_many_there_are(shop, anna, cast, arrive, mailbox):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            anna.get("/queues/open/")
        return len(asked)

    anna.get("/queues/open/")
    before = queries()
    for number in range(3):
        arrive(letter(subject=f"Matter {number}", message_id=f"<m{number}@example.org>"), mailbox)
    for case in Case.objects.filter(mailbox_ids=[mailbox.pk]):
        anna.post(page_of(case, "draft/"), typed(shop))
    assert Draft.objects.count() == 4
    assert queries() == before


def test_strangers_find_no_draft(shop, cast, client_of):
    for part in ("draft/", "draft/discard/"):
        assert client_of(cast.stan).post(page_of(shop.hidden, part), typed(shop)).status_code == 404
        assert "/accounts/login/" in client_of().post(page_of(shop.case, part), typed(shop))["Location"]
    assert not Draft.objects.exists()
