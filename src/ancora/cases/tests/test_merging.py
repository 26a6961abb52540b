"""Two cases that are one matter: what the survivor holds, and where later mail lands."""

import pytest

from ancora.cases.commands import (
    MergedMeanwhile,
    add_note,
    change_customer_of_case,
    create_default_outcomes,
    mark_as_spam,
    move_message_to_case,
    move_to_trash,
    reply_to_case,
    resolve_case,
    set_priority,
)
from ancora.cases.models import Case, CaseMerge, Outcome
from ancora.cases.queries import (
    case_for,
    case_with,
    cases_page,
    merging_of,
    search,
    timeline,
)
from ancora.cases.tests.merged import answer_to, case, merge, texts_of, three, undo, words_of
from ancora.cases.tests.test_road import letter
from ancora.conversations.models import Message
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.testing.threads import Aside

__all__ = ["three"]


def test_survivor_holds_messages_and_notes_of_both_in_order(three):
    add_note(case(1003), text="She called", author=three.anna)
    add_note(case(1001), text="Seal ordered", author=three.anna)
    merge(1003, 1001, three)
    assert texts_of(1001, three.anna) == ["It leaks again.", "Still leaking.", "She called", "Seal ordered"]
    assert case(1003).notes.get().text == "She called"
    assert case(1001).excerpt == "Still leaking."
    assert words_of(1001, three.anna)[-1] == "#1003 merged into this case"
    assert words_of(1003, three.anna)[-1] == "Merged into #1001"
    entry = timeline(three.anna, case(1001))[-1]
    assert (entry.who, entry.change.reference) == ("Marco Reale", 1003)
    assert entry.change.merge == CaseMerge.objects.get().pk


def test_merged_case_is_in_no_list_and_its_number_leads_to_the_survivor(three):
    merge(1003, 1001, three)
    viewer = three.anna
    assert [one.reference for one in cases_page(viewer, queue_name="open").cases] == [1001, 1002]
    assert [one.reference for one in cases_page(viewer).cases] == [1001, 1002]
    assert [one.reference for one in cases_page(viewer, status="merged").cases] == [1003]
    assert case_for(viewer, 1003).reference == 1001
    for words in ("1003", "#1003", "Still leaking", "carla@customers"):
        assert [hit.case.reference for hit in search(viewer, words).hits] == [1001], words


def test_later_answers_land_in_the_survivor_and_reopen_it(three, mailbox, arrive):
    create_default_outcomes()
    merge(1003, 1001, three)
    resolve_case(case(1001), outcome=Outcome.objects.first(), actor=Actor.human(three.marco))
    arrive(answer_to(1003, "And now?"), mailbox)
    assert case_with(Message.objects.latest("pk")) == case(1001)
    assert (case(1001).status, case(1001).excerpt, case(1003).status) == ("open", "And now?", "merged")
    again = letter("Re", "Hello?", In_Reply_To="<3@customers.example>", message_id="<9@customers.example>")
    arrive(again, mailbox)
    assert texts_of(1001, three.anna)[-2:] == ["And now?", "Hello?"]
    assert Case.objects.count() == 3


def test_reply_in_the_survivor_goes_out_in_the_conversation_it_answers(three):
    merge(1003, 1001, three)
    asked = Message.objects.get(text__startswith="Still")
    sent = reply_to_case(
        case_for(three.marco, 1003),
        html="<p>Yes</p>",
        to=[("", "c@customers.example")],
        author=three.marco,
        answers=asked,
    )
    assert case_with(sent) == case(1001)
    undo(1003, three)
    assert case_with(sent) == case(1003)


def test_what_is_to_be_done_in_one_is_to_be_done_in_the_survivor(three):
    create_default_outcomes()
    actor = Actor.human(three.marco)
    resolve_case(case(1001), outcome=Outcome.objects.first(), actor=actor)
    set_priority(case(1003), priority=4, actor=actor)
    resolved_at = case(1001).resolved_at
    told = merging_of(case(1003), case(1001))
    assert (told.result.status, told.result.priority, told.result.owner) == ("open", 4, None)
    assert told.changes == {"status", "priority"}
    merge(1003, 1001, three)
    assert (case(1001).status, case(1001).priority, case(1001).outcome) == ("open", 4, None)
    undo(1003, three)
    assert (case(1001).status, case(1001).priority) == ("resolved", 2)
    assert (case(1001).outcome, case(1001).resolved_at) == (Outcome.objects.first(), resolved_at)


def test_itself_circles_and_what_is_merged_already_are_refused(three):
    with pytest.raises(Refusal, match="into itself"):
        merge(1001, 1001, three)
    merge(1003, 1002, three)
    with pytest.raises(MergedMeanwhile, match="#1003 was merged into #1002"):
        merge(1002, 1003, three)
    with pytest.raises(MergedMeanwhile):
        merge(1003, 1001, three)
    with pytest.raises(MergedMeanwhile):
        merge(1001, 1003, three)
    assert CaseMerge.objects.count() == 1


def test_merged_case_is_changed_by_nobody(three):
    stale = case(1003)
    merge(1003, 1001, three)
    for change in (mark_as_spam, move_to_trash):
        with pytest.raises(MergedMeanwhile):
            change(stale, actor=Actor.human(three.marco))
    with pytest.raises(MergedMeanwhile):
        reply_to_case(stale, html="<p>Yes</p>", to=[("", "c@customers.example")], author=three.marco)
    with pytest.raises(MergedMeanwhile):
        move_message_to_case(Message.objects.get(text__startswith="Two"), stale, author=three.marco)
    assert case(1003).status == "merged"


@pytest.mark.parametrize("remove", [mark_as_spam, move_to_trash])
def test_removed_cases_are_taken_back_first(three, remove):
    remove(case(1003), actor=Actor.human(three.marco))
    for one, other in ((1003, 1001), (1001, 1003)):
        with pytest.raises(Refusal, match="#1003 is in spam or trash"):
            merge(one, other, three)


def test_example_and_real_case_are_not_merged(three):
    Case.objects.filter(reference=1003).update(is_example=True)
    with pytest.raises(Refusal, match="an example"):
        merge(1003, 1001, three)


def test_customers_that_differ_are_told_and_must_be_those_that_were_seen(three):
    told = merging_of(case(1002), case(1001))
    assert told.customers_differ
    assert not merging_of(case(1003), case(1001)).customers_differ
    change_customer_of_case(case(1002), customer=case(1001).customer, author=three.anna)
    with pytest.raises(Refusal, match="changed the customer"):
        merge(1002, 1001, three, seen=told.seen)
    assert merge(1002, 1001, three, seen=merging_of(case(1002), case(1001)).seen)


def test_mail_that_waits_while_its_case_is_merged_lands_in_the_survivor(three, mailbox, arrive):
    from django.db import transaction

    with transaction.atomic():
        merge(1003, 1001, three)
        coming = Aside(arrive, answer_to(1003, "Just now"), mailbox)
        coming.join(1.5)
        assert coming.is_alive()
    coming.result()
    assert texts_of(1001, three.anna)[-1] == "Just now"
    assert (case(1003).status, case(1003).excerpt) == ("merged", "Still leaking.")
