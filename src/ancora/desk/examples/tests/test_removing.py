"""Deleting the examples leaves nothing of them, and touches nothing of a real customer."""

import os
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from ancora.cases import commands
from ancora.cases.models import Case, CaseConversation, CaseMerge, CaseTag, Note, NoteFile
from ancora.cases.queries import answerable
from ancora.conversations.commands.write import Upload
from ancora.conversations.models import (
    Arrival,
    Attachment,
    Conversation,
    Message,
    Place,
    SearchEntry,
    SenderBlock,
    Sighting,
)
from ancora.customers.models import Customer, Handle
from ancora.desk.examples.putting_in import put_in_examples
from ancora.desk.examples.removing import delete_examples, plan
from ancora.desk.tests.conftest import letter
from ancora.platform import clock
from ancora.platform.events.actors import Actor
from ancora.platform.events.dispatcher import drain
from ancora.platform.events.models import StoredEvent
from ancora.platform.files.jobs import remove_unnamed
from ancora.platform.files.models import File
from ancora.platform.files.store import path_of
from ancora.testing.threads import Aside

KINDS = [
    Case, CaseConversation, CaseTag, Note, NoteFile, Arrival, Attachment, Conversation, Message, Place, SearchEntry,
    SenderBlock, Sighting, Customer, Handle, File,
]  # fmt: skip


def rows() -> dict:
    """Every row of every kind, by its id."""
    return {kind: set(kind.objects.values_list("pk", flat=True)) for kind in KINDS}


def work_in(case, cast) -> None:
    """What colleagues do while they try the desk."""
    stan = Actor.human(cast.stan)
    answer = answerable(cast.stan, case)
    files = [Upload("photo.txt", "text/plain", b"seen only in an example")]
    commands.reply_to_case(
        case, html="<p>Hello</p>", to=answer.to, author=cast.stan, answers=answer.message, files=files
    )
    commands.add_note(case, text="Try", author=cast.stan, files=[Upload("note.txt", "text/plain", b"of a note")])
    commands.add_tag(case, tag=commands.create_tag("trial", actor=stan), actor=stan)
    commands.open_case_by_hand(customer=case.customer, subject="Called", text="", channel="phone", author=cast.stan)
    drain()


def test_nothing_is_left_of_them_and_of_what_was_done_in_them(shop, cast, examples):
    delete_examples(person=cast.anna)
    before = rows()
    put_in_examples(person=cast.anna)
    for case in Case.objects.filter(is_example=True):
        work_in(case, cast)
    assert rows()[Message] != before[Message]
    done = delete_examples(person=cast.anna)
    drain()
    assert rows() == before
    assert (len(done.cases), len(done.customers), done.messages) == (10, 5, 16)


def test_preview_counts_what_is_deleted(cast, examples):
    seen = plan()
    assert (len(seen.cases), len(seen.customers), seen.messages) == (5, 5, Message.objects.count())
    assert not seen.kept_cases


def test_block_of_an_invented_sender_goes_too(cast, examples):
    commands.block_sender_of(examples["Victor"], author=cast.stan)
    delete_examples(person=cast.anna)
    assert not SenderBlock.objects.exists()
    cases = put_in_examples(person=cast.anna)
    assert "spam" not in {case.status for case in Case.objects.filter(pk__in=[one.pk for one in cases])}


def test_record_says_who_deleted_them_and_keeps_what_it_had(cast, examples):
    before = StoredEvent.objects.count()
    delete_examples(person=cast.anna)
    told = StoredEvent.objects.get(type="examples.deleted")
    assert (told.actor_kind, told.actor_id) == ("human", cast.anna.pk)
    assert told.attrs == {"cases": 5, "customers": 5, "messages": 11, "kept": 0}
    # One for each case and one for all.
    assert StoredEvent.objects.count() == before + 6


def test_second_time_and_two_at_once_do_nothing_more(cast, examples):
    both = [Aside(lambda: delete_examples(person=cast.anna)) for _ in range(2)]
    done = sorted(len(one.result().cases) for one in both)
    assert done == [0, 5]
    assert delete_examples(person=cast.anna).is_empty
    assert StoredEvent.objects.filter(type="examples.deleted").count() == 1


def test_case_into_which_real_mail_came_stays_as_a_real_one(cast, examples, mailbox, arrive):
    victor = examples["Victor"]
    mail = letter("Victor <victor.hale@mail.example>", f"Re: [#{victor.reference}] again", message_id="<real@x>")
    arrived = arrive(mail, mailbox)
    assert Place.objects.get(message=arrived.message_id).conversation.is_example
    assert [case.pk for case in plan().kept_cases] == [victor.pk]
    delete_examples(person=cast.anna)
    assert [case.pk for case in Case.objects.all()] == [victor.pk]
    for kind in (Case, Conversation, Customer):
        assert [row.is_example for row in kind.objects.all()] == [False]
    assert Message.objects.filter(pk=arrived.message_id).exists()
    assert delete_examples(person=cast.anna).is_empty


def test_merged_examples_go_with_what_holds_them_and_stay_with_what_became_real(cast, examples, mailbox, arrive):
    victor, mara, amina = (examples[name] for name in ("Victor", "Mara", "Amina"))
    commands.merge_cases(mara, into=victor, author=cast.stan)
    assert len(plan().cases) == 5
    delete_examples(person=cast.anna)
    assert not Case.objects.exists()
    assert not CaseMerge.objects.exists()
    put_in_examples(person=cast.anna)
    victor, mara, amina = (Case.objects.get(customer__name__startswith=name) for name in ("Victor", "Mara", "Amina"))
    commands.merge_cases(mara, into=victor, author=cast.stan)
    commands.merge_cases(victor, into=amina, author=cast.stan)
    mail = letter("A <amina.diallo@studio.example>", f"Re: [#{amina.reference}] again", message_id="<real@x>")
    arrive(mail, mailbox)
    assert {case.pk for case in plan().kept_cases} == {victor.pk, mara.pk, amina.pk}
    delete_examples(person=cast.anna)
    assert {case.pk for case in Case.objects.filter(is_example=False)} == {victor.pk, mara.pk, amina.pk}


def test_invented_customer_who_really_writes_stays_with_that_mail_alone(cast, examples, mailbox, arrive):
    arrived = arrive(letter("Mara <mara.lindqvist@post.example>", "A real matter", message_id="<mara@x>"), mailbox)
    real = CaseConversation.objects.get(conversation=arrived.conversation_id).case
    assert not real.is_example
    seen = plan()
    assert [one.name for one in seen.kept_customers] == ["Mara Lindqvist"]
    assert not seen.kept_cases
    delete_examples(person=cast.anna)
    assert [case.pk for case in Case.objects.all()] == [real.pk]
    assert not Customer.objects.get().is_example


def test_late_answer_to_an_example_and_what_it_answers_stay(cast, examples, mailbox, arrive):
    amina = examples["Amina"]
    Case.objects.filter(pk=amina.pk).update(resolved_at=clock.now() - timedelta(days=40))
    mail = letter("A <amina.diallo@studio.example>", f"Re: #{amina.reference}", message_id="<late@x>")
    arrive(mail, mailbox)
    follower = Case.objects.get(is_example=False)
    delete_examples(person=cast.anna)
    assert {case.pk for case in Case.objects.all()} == {amina.pk, follower.pk}


def test_answer_that_is_being_written_meanwhile_goes_too(cast, examples):
    with transaction.atomic():
        to = [("Mara", "mara.lindqvist@post.example")]
        commands.reply_to_case(examples["Mara"], html="<p>Hello</p>", to=to, author=cast.stan)
        deleting = Aside(lambda: delete_examples(person=cast.anna))
        deleting.join(1)
        assert deleting.is_alive()
    assert deleting.result().messages == 12
    assert not Message.objects.exists()


def test_mail_that_comes_in_while_they_are_deleted_is_not_lost(cast, examples, mailbox, arrive):
    mail = letter("Mara <mara.lindqvist@post.example>", "Just now", message_id="<now@x>")
    with transaction.atomic():
        delete_examples(person=cast.anna)
        arriving = Aside(lambda: arrive(mail, mailbox))
        arriving.join(1)
    try:
        arriving.result()
    except Exception:
        # Its customer was deleted under it: it is kept as it came, and read again.
        from ancora.conversations.commands import process_pending

        process_pending()
    assert Case.objects.get().subject == "Just now"


def test_file_that_something_real_names_too_stays(shop, cast, examples, arrive):
    from ancora.desk.examples.story import content_of

    mail = letter(message_id="<same@x>", subject="My cup")
    mail.add_attachment(content_of("cup.png"), maintype="image", subtype="png", filename="mine.png")
    arrive(mail, shop.mailbox)
    delete_examples(person=cast.anna)
    mine = Attachment.objects.get(filename="mine.png").file
    assert path_of(mine.digest).exists()


def test_bytes_of_their_files_are_removed_a_day_later(cast, examples):
    digest = Attachment.objects.get().file.digest
    delete_examples(person=cast.anna)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%%remove_unnamed'"
            " AND args ->> 'digest' = %s AND scheduled_at > now() + interval '23 hours'",
            [digest],
        )
        assert cursor.fetchone() == (1,)
    remove_unnamed(digest)
    assert path_of(digest).exists()
    yesterday = time.time() - timedelta(days=1, minutes=5).total_seconds()
    os.utime(path_of(digest), (yesterday, yesterday))
    remove_unnamed(digest)
    assert not path_of(digest).exists()


@pytest.mark.parametrize("verb", ["delete", "put_in"])
def test_nothing_happens_half(cast, examples, monkeypatch, verb):
    if verb == "put_in":
        delete_examples(person=cast.anna)
    before = rows()
    broken = "ancora.desk.examples.removing.publish" if verb == "delete" else "ancora.desk.examples.putting_in.publish"

    def fail(*arguments, **named):
        raise RuntimeError

    monkeypatch.setattr(broken, fail)
    with pytest.raises(RuntimeError):
        delete_examples(person=cast.anna) if verb == "delete" else put_in_examples(person=cast.anna)
    assert rows() == before
