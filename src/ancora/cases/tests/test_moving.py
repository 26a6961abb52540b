"""A message goes to the case it belongs to: what follows it, what becomes of the case it leaves, the way back."""

from uuid import uuid4

import pytest

from ancora.cases.commands import (
    MovedMeanwhile,
    add_note,
    move_message_back,
    move_message_to_case,
    move_message_to_new_case,
    move_to_trash,
    reply_to_case,
)
from ancora.cases.models import Case
from ancora.cases.queries import case_with, timeline
from ancora.cases.tests.test_road import letter
from ancora.conversations.models import Mailbox, Message, Outgoing, Place
from ancora.conversations.places import current_place
from ancora.conversations.tokens import reply_address
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.queries import events_after
from ancora.testing.threads import Aside

BRUNO = "Bruno Neri <bruno@other.example>"


@pytest.fixture
def mixed(cast, mailbox, arrive):
    """Carla's case 1001, into which a mail of Bruno came; his own is 1002. Gives his message."""
    arrive(letter(message_id="<1@customers.example>"), mailbox)
    arrive(letter("Invoice twice", "Two invoices.", BRUNO, message_id="<2@other.example>"), mailbox)
    wrong = letter("Invoice twice", "And now a third.", BRUNO, message_id="<3@other.example>",
                   In_Reply_To="<1@customers.example>")  # fmt: skip
    return Message.objects.get(pk=arrive(wrong, mailbox).message_id)


def case(reference: int) -> Case:
    return Case.objects.get(reference=reference)


def together(work, *references: int) -> list:
    return [aside.result() for aside in [Aside(work, reference) for reference in references]]


def words_of(viewer, reference: int) -> list[str]:
    return [entry.change.text for entry in timeline(viewer, case(reference)) if entry.change]


def test_moved_message_is_in_the_other_case_and_both_say_so(cast, mixed):
    assert case_with(mixed) == case(1001)
    move_message_to_case(mixed, case(1002), author=cast.marco)
    assert case_with(mixed) == case(1002)
    assert (case(1001).excerpt, case(1002).excerpt) == ("It leaks again.", "And now a third.")
    assert case(1002).last_message_at == mixed.recorded_at
    assert words_of(cast.anna, 1001)[-1] == "Message moved to #1002"
    assert words_of(cast.anna, 1002)[-1] == "Message moved here from #1001"
    entry = timeline(cast.anna, case(1002))[-1]
    assert (entry.who, entry.change.reference) == ("Marco Reale", 1001)


@pytest.mark.parametrize("by", ["In_Reply_To", "References"])
def test_later_answers_follow_the_moved_message(cast, mixed, mailbox, arrive, by):
    move_message_to_case(mixed, case(1002), author=cast.marco)
    result = arrive(letter("Re", "Well?", BRUNO, message_id="<4@other.example>", **{by: "<3@other.example>"}), mailbox)
    assert case_with(Message.objects.get(pk=result.message_id)) == case(1002)


def test_answer_to_our_moved_message_follows_it_against_the_token(cast, mixed, mailbox, arrive):
    sent = reply_to_case(case(1001), html="<p>Which?</p>", to=[("", "bruno@other.example")], author=cast.marco)
    Outgoing.objects.update(state="accepted")
    to = reply_address("support@example.com", 1001)
    answers = [letter("Re", text, BRUNO, to=to, In_Reply_To=f"<{sent.message_id}>") for text in ("one", "two", "three")]
    first = arrive(answers[0], mailbox)
    assert case_with(Message.objects.get(pk=first.message_id)) == case(1001)
    move_message_to_case(sent, case(1002), author=cast.marco)
    second = arrive(answers[1], mailbox)
    assert case_with(Message.objects.get(pk=second.message_id)) == case(1002)
    move_message_back(sent, author=cast.marco, seen=current_place(sent).pk)
    third = arrive(answers[2], mailbox)
    assert case_with(Message.objects.get(pk=third.message_id)) == case(1001)


def test_moving_back_restores_the_former_place(cast, mixed):
    before = current_place(mixed).conversation_id
    excerpts = case(1001).excerpt, case(1002).excerpt
    move_message_to_case(mixed, case(1002), author=cast.marco)
    seen = current_place(mixed).pk
    for _ in range(2):
        assert move_message_back(mixed, author=cast.marco, seen=seen) == case(1001)
    assert current_place(mixed).conversation_id == before
    assert (case(1001).excerpt, case(1002).excerpt) == excerpts
    assert Place.objects.filter(message=mixed).count() == 3


def test_case_with_several_conversations_takes_a_message_back_where_it_was(cast, mixed):
    from ancora.cases.models import CaseConversation

    own = CaseConversation.objects.get(case=case(1002))
    own.case = case(1001)
    own.save()
    other = move_message_to_new_case(mixed, author=cast.marco)
    second = Message.objects.get(subject="Invoice twice", text__startswith="Two")
    before = current_place(second).conversation_id
    move_message_to_case(second, other, author=cast.marco)
    move_message_to_case(second, case(1001), author=cast.marco)
    assert current_place(second).conversation_id == before


def test_new_case_belongs_to_whoever_wrote_and_begins_once(cast, mixed):
    key = uuid4()
    made = [move_message_to_new_case(mixed, author=cast.marco, form_key=key) for _ in range(2)]
    assert made[0] == made[1]
    assert Case.objects.count() == 3
    assert (made[0].customer.name, made[0].owner, made[0].status) == ("Bruno Neri", None, "open")
    assert made[0].subject == "Invoice twice"
    assert "Message moved here from #1001" in words_of(cast.anna, made[0].reference)


def test_emptied_case_goes_to_the_trash_and_comes_back_with_its_message(cast, mixed):
    only = Message.objects.get(text__startswith="Two")
    move_message_to_case(only, case(1001), author=cast.marco)
    assert (case(1002).status, case(1002).excerpt) == ("trash", "")
    assert words_of(cast.anna, 1002)[-2:] == ["Message moved to #1001", "Status: Trash"]
    move_message_back(only, author=cast.marco, seen=current_place(only).pk)
    assert (case(1002).status, case(1002).excerpt) == ("open", "Two invoices.")


def test_emptied_case_with_a_note_stays(cast, mixed):
    add_note(case(1002), text="She called", author=cast.marco)
    move_message_to_case(Message.objects.get(text__startswith="Two"), case(1001), author=cast.marco)
    assert case(1002).status == "open"


def test_case_in_the_trash_comes_back_and_a_solved_one_stays_solved(cast, mixed):
    move_to_trash(case(1002), actor=Actor.human(cast.marco))
    move_message_to_case(mixed, case(1002), author=cast.marco)
    assert case(1002).status == "open"
    Case.objects.filter(reference=1001).update(status="resolved")
    move_message_to_case(mixed, case(1001), author=cast.marco)
    assert case(1001).status == "resolved"


def test_message_of_ours_that_has_not_left_stays(cast, mixed):
    sent = reply_to_case(case(1001), html="<p>Yes</p>", to=[("", "carla@customers.example")], author=cast.marco)
    for state in ("queued", "sending"):
        Outgoing.objects.update(state=state)
        with pytest.raises(Refusal, match="still on its way"):
            move_message_to_case(sent, case(1002), author=cast.marco)
        with pytest.raises(Refusal, match="still on its way"):
            move_message_to_new_case(sent, author=cast.marco)
    assert case_with(sent) == case(1001)


def test_stale_screen_moves_nothing(cast, mixed):
    seen = current_place(mixed).pk
    third = move_message_to_new_case(mixed, author=cast.marco, seen=seen)
    with pytest.raises(MovedMeanwhile, match=f"#{third.reference}"):
        move_message_to_case(mixed, case(1002), author=cast.anna, seen=seen)
    with pytest.raises(MovedMeanwhile):
        move_message_to_new_case(mixed, author=cast.anna, seen=seen, form_key=uuid4())
    assert move_message_to_case(mixed, third, author=cast.anna, seen=seen) == third
    assert Place.objects.filter(message=mixed).count() == 2


def test_two_moves_at_once_are_one(cast, mixed):
    seen = current_place(mixed).pk

    def move(reference: int):
        try:
            return move_message_to_case(mixed, case(reference), author=cast.marco, seen=seen).reference
        except MovedMeanwhile:
            return None

    third = move_message_to_new_case(Message.objects.get(text__startswith="It"), author=cast.marco)
    went = together(move, 1002, third.reference)
    assert sorted(one is None for one in went) == [False, True]
    assert case_with(mixed).reference in went
    here = case_with(mixed).reference
    assert together(move, here, here) == [here, here]
    assert Place.objects.filter(message=mixed).count() == 2


def test_who_sees_the_mailbox_of_a_message_sees_its_case(cast, mixed, arrive):
    billing = Mailbox.objects.create(name="Billing", address="billing@example.com")
    paid = Message.objects.get(pk=arrive(letter("Paid", "Paid.", BRUNO, to="billing@example.com"), billing).message_id)
    move_message_to_case(paid, case(1001), author=cast.marco)
    assert billing.pk in case(1001).mailbox_ids
    move_message_back(paid, author=cast.marco, seen=current_place(paid).pk)
    assert billing.pk not in case(1001).mailbox_ids
    assert case(1003).mailbox_ids == [billing.pk]


def test_move_is_recorded_with_ids_alone(cast, mixed):
    move_message_to_case(mixed, case(1002), author=cast.marco)
    moved = [event for event in events_after(0) if event.type in ("message.moved", "case.message_moved")]
    assert [event.type for event in moved] == ["message.moved", "case.message_moved"]
    assert all((event.actor_kind, event.actor_id, event.attrs) == ("human", cast.marco.pk, {}) for event in moved)
    assert {kind for event in moved for _field, kind, _pk in event.objects} == {"message", "conversation", "case"}
