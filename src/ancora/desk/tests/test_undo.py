"""Undo: what was sent a moment ago comes back into the composer, and sending and undoing never both win."""

import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from ancora.cases import commands
from ancora.cases.commands.standing import standing_of
from ancora.cases.models import Case, CaseTag, Draft, Outcome, Tag
from ancora.conversations.commands.draft_files import forget_draft_files, lay_file
from ancora.conversations.commands.pausing import send_now
from ancora.conversations.commands.rescue import rescue
from ancora.conversations.commands.send import send
from ancora.conversations.models import DraftFile, Message, Outgoing
from ancora.desk.tests.conftest import PNG, letter
from ancora.parties.models import Team
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.testing.threads import Aside

PART = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def anna(cast, client_of):
    User.objects.filter(pk=cast.anna.pk).update(undo_seconds=10)
    return client_of(cast.anna)


def page_of(case, part="") -> str:
    return f"/cases/{case.reference}/{part}"


def typed(shop, **fields):
    start = {"kind": "reply", "text": "On its way", "to": "Carla Bianchi <carla@example.org>"}
    return {**start, "answers": shop.message.pk, "form_key": str(uuid4()), **fields}


def reply(anna, shop, **fields) -> Message:
    assert anna.post(page_of(shop.case, "reply/"), typed(shop, **fields), **PART).status_code == 200
    return Message.objects.filter(direction="out").latest("id")


def undo(anna, message, **headers):
    return anna.post(f"/messages/{message.pk}/take-back/", **headers)


def jobs() -> list:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (args ->> 'outgoing_id')::bigint, scheduled_at, lock FROM procrastinate_jobs"
            " WHERE task_name LIKE %s ORDER BY id",
            ["%send_outgoing"],
        )
        return cursor.fetchall()


def let_pass(message, seconds=11) -> None:
    Outgoing.objects.filter(message=message).update(next_at=clock.now() - timedelta(seconds=seconds))


def test_reply_waits_as_long_as_its_author_wants(shop, anna):
    User.objects.update(undo_seconds=30)
    answer = anna.post(page_of(shop.case, "reply/"), typed(shop), **PART)
    outgoing = Outgoing.objects.get()
    assert abs((outgoing.next_at - outgoing.message.recorded_at).total_seconds() - 30) < 5
    assert (outgoing.state, outgoing.waits_for) == ("queued", "moment")
    assert [(pk, at, lock) for pk, at, lock in jobs()] == [(outgoing.pk, outgoing.next_at, None)]
    assert re.search(r"Sent in (30|2\d) s", answer["HX-Trigger"])
    assert f"/messages/{outgoing.message_id}/take-back/" in answer["HX-Trigger"]
    assert outgoing.message.outgoing.is_held(clock.now())


def test_who_wants_no_time_sends_at_once(shop, cast, client_of):
    reply(client_of(cast.lena), shop)
    outgoing = Outgoing.objects.get()
    assert outgoing.waits_for == ""
    assert outgoing.next_at <= clock.now()


def test_undo_brings_everything_back_as_it_was_written(shop, anna, cast):
    picture = lay_file(owner=cast.anna, filename="a.png", content_type="image/png", content=PNG)
    paper = lay_file(owner=cast.anna, filename="paper.pdf", content_type="application/pdf", content=b"%PDF")
    text = f'<p>See <b>this</b> <img src="/drafts/files/{picture.key}/" alt="a"></p>'
    fields = {"cc": "boss@example.org", "bcc": "file@example.org", "unsigned": "1", "format": "html"}
    message = reply(anna, shop, text=text, kept=str(paper.key), files=SimpleUploadedFile("b.txt", b"b"), **fields)
    assert message.attachments.count() == 3
    answer = undo(anna, message, **PART)
    assert answer.status_code == 204
    assert "Taken back. Nothing was sent." in answer["HX-Trigger"]
    page = anna.get(page_of(shop.case)).content.decode()
    assert f'id="m-{message.pk}"' not in page
    for words in ("See &lt;b&gt;this&lt;/b&gt;", str(picture.key), "paper.pdf", "b.txt", "boss@example.org"):
        assert words in page, words
    for words in (
        'name="bcc" value="file@example.org"',
        'name="format" value="html"',
        'name="unsigned" value="1" checked',
    ):
        assert words in page, words
    draft = Draft.objects.get()
    assert (draft.message, draft.case) == (None, shop.case)
    DraftFile.objects.update(laid_at=clock.now() - timedelta(days=30))
    assert forget_draft_files() == 0


def test_taken_back_is_never_sent_whatever_comes(shop, anna, mailbox):
    form = typed(shop)
    anna.post(page_of(shop.case, "reply/"), form, **PART)
    message = Message.objects.get(direction="out")
    undo(anna, message)
    Outgoing.objects.update(next_at=clock.now() - timedelta(minutes=5))
    send(message.outgoing.pk)
    rescue()
    send_now(mailbox)
    send(message.outgoing.pk)
    # The browser of then repeats its form.
    anna.post(page_of(shop.case, "reply/"), form, **PART)
    outgoing = Outgoing.objects.get()
    assert (outgoing.state, outgoing.attempts) == ("taken_back", 0)
    assert set(outgoing.recipients.values_list("state", flat=True)) == {"taken_back"}
    shop.case.refresh_from_db()
    assert shop.case.excerpt == "It leaks again."


def test_nobody_sends_it_before_its_moment(shop, anna, mailbox):
    message = reply(anna, shop)
    before = jobs()
    rescue()
    send_now(mailbox)
    assert jobs() == before
    send(message.outgoing.pk)
    outgoing = Outgoing.objects.get()
    assert (outgoing.state, outgoing.attempts, outgoing.waits_for) == ("queued", 0, "moment")


def test_case_is_as_before(shop, anna):
    before = Case.objects.values().get(pk=shop.case.pk)
    message = reply(anna, shop, then=f"resolve-{Outcome.objects.first().pk}")
    during = Case.objects.get(pk=shop.case.pk)
    assert (during.status, during.excerpt, during.owner.name) == ("resolved", "On its way", "Anna Ferri")
    undo(anna, message)
    after = Case.objects.values().get(pk=shop.case.pk)
    assert {**after, "version": 0} == {**before, "version": 0}


def test_what_macros_changed_is_as_before(shop, anna, cast):
    had, gets = Tag.objects.create(label="had"), Tag.objects.create(label="gets")
    CaseTag.objects.create(case=shop.case, tag=had)
    team = Team.objects.create(name="Workshop")
    before = standing_of(Case.objects.get(pk=shop.case.pk))
    codes = [f"team-{team.pk}", "priority-4", f"tag-{gets.pk}", f"untag-{had.pk}", "owner-me", "waiting-third_party"]
    message = reply(anna, shop, change=codes)
    during = Case.objects.get(pk=shop.case.pk)
    assert (during.team, during.priority, during.status, list(during.tags.all())) == (team, 4, "waiting", [gets])
    answer = undo(anna, message, **PART)
    assert "since then stays" not in answer["HX-Trigger"]
    assert standing_of(Case.objects.get(pk=shop.case.pk)) == before
    page = anna.get(page_of(shop.case)).content.decode()
    for code in codes:
        assert f'name="change" value="{code}"' in page, code


def test_what_of_it_others_changed_since_stays_and_is_said(shop, anna, cast):
    gets = Tag.objects.create(label="gets")
    message = reply(anna, shop, change=["priority-4", f"tag-{gets.pk}"])
    commands.set_priority(shop.case, priority=1, actor=Actor.human(cast.lena))
    answer = undo(anna, message, **PART)
    assert "What was changed in the case since then stays." in answer["HX-Trigger"]
    case = Case.objects.get(pk=shop.case.pk)
    assert (case.priority, list(case.tags.all()), case.owner) == (1, [], None)


def test_undo_after_its_case_was_merged_stands_in_the_one_that_holds_it(shop, anna, cast, arrive):
    arrive(letter(subject="Another", message_id="<b@example.org>"), shop.mailbox)
    survivor = Case.objects.latest("id")
    anna.post(page_of(survivor, "draft/"), typed(shop, text="Begun here", version=0))
    message = reply(anna, shop)
    commands.merge_cases(shop.case, into=survivor, author=cast.anna)
    assert undo(anna, message, **PART).status_code == 204
    draft = Draft.objects.get()
    assert (draft.case, draft.written["text"]) == (survivor, "On its way\n\nBegun here")
    assert "Begun here" in anna.get(page_of(survivor)).content.decode()


def test_what_others_did_meanwhile_stays(shop, anna, cast):
    message = reply(anna, shop, then="wait-customer")
    commands.resolve_case(shop.case, outcome=Outcome.objects.first(), actor=Actor.human(cast.lena))
    commands.assign_case(shop.case, owner=cast.lena, actor=Actor.human(cast.lena))
    undo(anna, message)
    shop.case.refresh_from_db()
    assert (shop.case.status, shop.case.owner) == ("resolved", cast.lena)


def test_what_was_begun_meanwhile_stands_below(shop, anna):
    message = reply(anna, shop)
    anna.post(page_of(shop.case, "draft/"), typed(shop, text="One more thing", version=0))
    undo(anna, message)
    assert Draft.objects.get().written["text"] == "On its way\n\nOne more thing"


def test_too_late_is_said_and_changes_nothing(shop, anna):
    message = reply(anna, shop)
    let_pass(message)
    answer = undo(anna, message, **PART)
    assert "too late" in answer["HX-Trigger"]
    assert undo(anna, message).status_code == 302
    assert Outgoing.objects.get().state == "queued"
    assert f'id="m-{message.pk}"' in anna.get(page_of(shop.case)).content.decode()


def test_only_its_author_takes_it_back(shop, anna, cast, client_of):
    message = reply(anna, shop)
    page = f"/messages/{message.pk}/take-back/"
    assert page in anna.get(page_of(shop.case)).content.decode()
    lena = client_of(cast.lena)
    shown = lena.get(page_of(shop.case)).content.decode()
    assert "Sent in" in shown
    assert page not in shown
    assert "Only who wrote a message" in undo(lena, message, **PART)["HX-Trigger"]
    assert undo(client_of(cast.olga), message).status_code == 403
    assert "/accounts/login/" in undo(client_of(), message)["Location"]
    assert undo(client_of(cast.stan), shop.hidden_message).status_code == 404
    assert Outgoing.objects.get().state == "queued"


def test_forward_comes_back_with_its_choice_of_files(shop, cast, client_of):
    User.objects.update(undo_seconds=10)
    marco = client_of(cast.marco)
    # The picture that its text shows goes along by itself.
    chosen = shop.hidden_message.attachments.get(content_id="")
    form = {"text": "Look", "to": "lab@example.net", "forwards": shop.hidden_message.pk, "form_key": str(uuid4())}
    form |= {"kind": "forward", "mode": f"forward={shop.hidden_message.pk}", "enclosed": chosen.pk}
    assert marco.post(page_of(shop.hidden, "forward/"), form, **PART).status_code == 200
    undo(marco, Message.objects.filter(direction="out").get())
    page = marco.get(page_of(shop.hidden)).content.decode()
    assert f'name="forwards" value="{shop.hidden_message.pk}"' in page
    assert f'name="enclosed" value="{chosen.pk}" checked' in page
    assert "lab@example.net" in page


def test_new_mail_goes_back_to_its_form_and_its_case_to_the_trash(shop, anna, cast, client_of):
    form = {"kind": "mail", "sender": "support@example.com", "to": "Elsa <elsa@example.net>", "subject": "Offer"}
    answer = anna.post("/new/", {**form, "text": "Our offer", "form_key": str(uuid4())}, follow=True)
    assert "Until then you can undo it" in answer.content.decode()
    message = Message.objects.get(direction="out")
    case = Case.objects.latest("id")
    answer = undo(anna, message, follow=True)
    page = answer.content.decode()
    for words in (
        "Taken back. Nothing was sent.",
        'value="Elsa &lt;elsa@example.net&gt;"',
        'value="Offer"',
        "Our offer",
    ):
        assert words in page, words
    case.refresh_from_db()
    assert case.status == "trash"
    draft = Draft.objects.get()
    assert f"/new/?draft={draft.pk}" in anna.get("/new/").content.decode()
    assert client_of(cast.stan).get(f"/new/?draft={draft.pk}").status_code == 404
    form |= {"text": "Our better offer", "form_key": str(uuid4()), "draft": draft.pk}
    anna.post(f"/new/?draft={draft.pk}", form)
    assert not Draft.objects.filter(message__isnull=True).exists()
    assert Message.objects.latest("id").text == "Our better offer"


def test_undo_waits_for_a_worker_that_has_begun_and_is_refused(shop, anna, cast):
    """The worker holds the row with the message taken: undo waits for it, and learns that it is too late."""
    message = reply(anna, shop)
    taken, go_on = threading.Event(), threading.Event()

    def begin() -> None:
        with transaction.atomic():
            Outgoing.objects.select_for_update().get(message=message)
            taken.set()
            go_on.wait(10)
            Outgoing.objects.filter(message=message).update(state="sending", waits_for="")

    worker = Aside(begin)
    taken.wait(10)
    person = Aside(lambda: commands.take_back_message(shop.case, message, author=cast.anna))
    person.join(0.5)
    assert person.is_alive()
    go_on.set()
    worker.result()
    with pytest.raises(Refusal, match="too late"):
        person.result()
    assert Outgoing.objects.get().state == "sending"


@pytest.mark.parametrize("attempt", range(5))
def test_send_and_undo_never_both_win(shop, anna, cast, attempt):
    """Both at the very moment, on two connections: it is either sent, or taken back."""
    message = reply(anna, shop)
    Outgoing.objects.update(next_at=clock.now() + timedelta(milliseconds=150))
    outgoing, start = Outgoing.objects.get(), threading.Barrier(2, timeout=10)

    def send_it() -> None:
        start.wait()
        while Outgoing.objects.get().is_held(clock.now()):
            pass
        send(outgoing.pk)

    def undo_it() -> bool:
        start.wait()
        threading.Event().wait(0.13 + attempt * 0.008)
        try:
            commands.take_back_message(Case.objects.get(pk=shop.case.pk), message, author=cast.anna)
        except Refusal:
            return False
        return True

    worker, person = Aside(send_it), Aside(undo_it)
    was_undone = person.result()
    worker.result()
    # What was held by a person in that very moment is taken up by the next look.
    send(outgoing.pk)
    outgoing.refresh_from_db()
    assert was_undone == (outgoing.state == "taken_back")
    assert was_undone == (outgoing.tried_at is None)
    assert Draft.objects.filter(message__isnull=True).exists() == was_undone
