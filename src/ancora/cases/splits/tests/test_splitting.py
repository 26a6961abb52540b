"""Several messages become a case of their own: what goes along, what stays, what follows, and the way back."""

from uuid import uuid4

import pytest
from django.db.models import Value
from django.db.models.functions import Concat

from ancora.cases.commands import add_note, merge_cases, move_message_to_case, reply_to_case, save_draft, undo_merge
from ancora.cases.commands.drafts import Written
from ancora.cases.commands.examples import delete_example_cases
from ancora.cases.commands.overtaking import Known
from ancora.cases.models import (
    Case,
    CaseClocks,
    CaseLink,
    CaseSplit,
    CommonAnswer,
    CommonAnswerItem,
    Draft,
    Note,
    ServicePolicy,
)
from ancora.cases.problems.answering import begin_answer
from ancora.cases.problems.commands import join_problem
from ancora.cases.queries import case_with, timeline
from ancora.cases.service_levels.policies import save_policy
from ancora.cases.splits.commands import SplitMeanwhile, split_case, undo_split
from ancora.cases.splits.queries import splitting_of, what_prevents
from ancora.cases.tests.test_road import letter
from ancora.conversations.invented import INVENTED
from ancora.conversations.models import Arrival, Conversation, Message, Outgoing
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.dispatcher import drain
from ancora.platform.events.queries import events_about
from ancora.testing.threads import Aside

TEXTS = ("It leaks.", "Where is my invoice?", "Still no invoice.", "The seal, please.")


def numbered(reference: int) -> Case:
    return Case.objects.get(reference=reference)


@pytest.fixture
def mixed(cast, mailbox, arrive):
    """Four mails in Carla's case 1001; after the first invoice mail a note of Marco. Gives the messages."""
    for number, text in enumerate(TEXTS, 1):
        answers = {"In_Reply_To": "<1@customers.example>"} if number > 1 else {}
        arrive(letter("Two matters", text, message_id=f"<{number}@customers.example>", **answers), mailbox)
        if number == 2:
            add_note(numbered(1001), text="Invoice 220 is meant", author=cast.marco)
    return list(Message.objects.order_by("pk"))


@pytest.fixture
def split(cast):
    def done(*messages, notes=(), author=cast.marco, owner=None, team=None, key=None) -> CaseSplit:
        return split_case(
            numbered(1001),
            message_ids=[one.pk for one in messages],
            note_ids=[one.pk for one in notes],
            subject="The invoice",
            owner=owner,
            team=team,
            author=author,
            form_key=key or uuid4(),
        )

    return done


def words_of(viewer, case: Case) -> list[str]:
    return [entry.change.text for entry in timeline(viewer, case) if entry.change]


def test_messages_and_their_note_are_a_new_case_and_both_say_so(cast, mixed, split):
    splitting = splitting_of(numbered(1001), {mixed[1].pk, mixed[2].pk})
    assert [part.goes for part in splitting.parts] == [False, True, True, True, False]
    assert (splitting.chosen, splitting.messages, splitting.subject) == (2, 4, "Two matters")
    key = uuid4()
    both = [split(*mixed[1:3], notes=Note.objects.all(), owner=cast.anna, key=key) for _twice in range(2)]
    assert both[0].pk == both[1].pk
    source, new = numbered(1001), both[0].into
    assert (new.subject, new.owner, new.customer, new.status) == ("The invoice", cast.anna, source.customer, "open")
    assert [case_with(one) for one in mixed] == [source, new, new, source]
    assert Note.objects.get().case == new
    assert (source.excerpt, new.excerpt, new.mailbox_ids) == (TEXTS[3], TEXTS[2], source.mailbox_ids)
    assert words_of(cast.anna, source)[-1] == f"2 messages split off as #{new.reference}"
    assert "2 messages split off from #1001" in words_of(cast.anna, new)
    [event] = events_about("case", new.pk, types=["case.split_off"])
    assert (event.actor_id, event.attrs) == (cast.marco.pk, {"messages": 2})


def test_later_answers_follow_and_what_came_since_prevents_the_undo(cast, mixed, split, mailbox, arrive):
    one = split(*mixed[1:3])
    result = arrive(
        letter("Re", "Well?", message_id="<9@customers.example>", In_Reply_To="<3@customers.example>"), mailbox
    )
    assert case_with(Message.objects.get(pk=result.message_id)) == one.into
    with pytest.raises(Refusal, match="1 message came into"):
        undo_split(one, author=cast.anna)
    other = arrive(letter("Re", "Ok", message_id="<8@customers.example>", In_Reply_To="<4@customers.example>"), mailbox)
    assert case_with(Message.objects.get(pk=other.message_id)) == numbered(1001)


def test_undone_all_is_where_it_was_and_the_new_case_lies_in_the_trash(cast, mixed, split):
    before = numbered(1001).excerpt, numbered(1001).last_message_at
    one = split(*mixed[2:], notes=Note.objects.all())
    for _twice in range(2):
        undo_split(one, author=cast.anna)
    assert {case_with(message) for message in mixed} == {numbered(1001)}
    assert Note.objects.get().case == numbered(1001)
    assert (numbered(1001).excerpt, numbered(1001).last_message_at) == before
    assert Case.objects.get(pk=one.into_id).status == "trash"
    entry = timeline(cast.anna, numbered(1001))[-1]
    assert (entry.change.text, entry.who) == (
        f"The split was undone: what was in #{one.into.reference} is here again", "Anna Ferri")  # fmt: skip
    assert not any(entry.change and entry.change.split for entry in timeline(cast.anna, numbered(1001)))


def test_what_a_person_did_with_the_new_case_prevents_the_undo(cast, mixed, split):
    one = split(*mixed[1:3])
    into = one.into
    save_draft(into, Written({"text": "Dear"}), author=cast.anna)
    assert "begun to write" in what_prevents(one)
    Draft.objects.all().delete()
    note = add_note(into, text="x", author=cast.anna)
    assert "note was written" in what_prevents(one)
    note.delete()
    move_message_to_case(mixed[1], numbered(1001), author=cast.anna)
    one = CaseSplit.objects.get()
    assert "gone on to another case" in what_prevents(one)
    merge_cases(into, into=numbered(1001), author=cast.anna, form_key=uuid4())
    assert "was merged into #1001" in what_prevents(CaseSplit.objects.get())


def test_no_split_without_a_message_that_stays_and_one_that_goes(cast, mixed, split):
    with pytest.raises(Refusal, match="Leave at least one"):
        split(*mixed)
    with pytest.raises(Refusal, match="Choose at least one message"):
        split()
    with pytest.raises(Refusal, match="Observers"):
        split(mixed[0], author=cast.olga)
    sent = reply_to_case(numbered(1001), html="<p>Yes</p>", to=[("", "carla@customers.example")], author=cast.marco)
    with pytest.raises(Refusal, match="still on its way"):
        split(mixed[1], sent)
    assert not CaseSplit.objects.exists()
    assert Case.objects.count() == 1
    assert [part.is_stuck for part in splitting_of(numbered(1001), set()).parts if part.message] == [False] * 4 + [True]
    Outgoing.objects.update(state="accepted")
    assert case_with(sent) == numbered(1001)
    assert split(mixed[1], sent).into == case_with(sent)


def test_two_at_once_the_second_is_told(cast, mixed, split):
    def work(author):
        try:
            return split(*mixed[1:3], author=author)
        except SplitMeanwhile as refusal:
            return str(refusal)

    done = [aside.result() for aside in [Aside(work, person) for person in (cast.anna, cast.marco)]]
    [told] = [one for one in done if isinstance(one, str)]
    assert told.startswith("Somebody moved a part of what you chose out of #1001")
    assert CaseSplit.objects.count() == 1
    assert Case.objects.count() == 2


def test_clocks_of_both_are_counted_anew(cast, mixed, split):
    drain()
    save_policy(ServicePolicy(name="Usual", targets={"2": {"first_response": 60}}), actor=Actor.human(cast.anna))
    one = split(*mixed[1:3])
    drain()
    assert set(CaseClocks.objects.values_list("case_id", flat=True)) == {one.case_id, one.into_id}


def test_examples_are_split_and_answered_together_and_leave_nothing_behind(cast, mixed, split):
    Case.objects.update(is_example=True)
    Conversation.objects.update(is_example=True)
    Arrival.objects.update(key=Concat(Value(INVENTED), "key"))
    one = split(*mixed[1:3])
    assert one.into.is_example
    join_problem(one.into, one.case, author=cast.marco)
    to = {one.into_id: Known(max(message.pk for message in mixed), None)}
    begin_answer(one.case, html="<p>x</p>", to=to, author=cast.marco, form_key=uuid4())
    delete_example_cases([one.case_id, one.into_id], actor=Actor.human(cast.anna))
    assert not any(kind.objects.exists() for kind in (Case, CaseLink, CaseSplit, CommonAnswer, CommonAnswerItem))


def test_real_mail_that_lies_in_an_example_is_real_when_it_is_split_off(cast, mixed, split):
    Case.objects.update(is_example=True)
    Arrival.objects.exclude(message=mixed[1]).update(key=Concat(Value(INVENTED), "key"))
    with pytest.raises(Refusal, match="others are real"):
        split(*mixed[1:3])
    assert not split(mixed[1]).into.is_example


def test_split_of_what_was_merged_and_taken_out_again_is_not_undone(cast, mixed, split, mailbox, arrive):
    arrive(letter("Bill", "Too high.", "Bruno <bruno@other.example>", message_id="<b@other.example>"), mailbox)
    bill = Message.objects.latest("pk")
    merge = merge_cases(numbered(1002), into=numbered(1001), author=cast.anna, form_key=uuid4())
    one = split(mixed[1], bill)
    assert what_prevents(one) == ""
    undo_merge(merge, author=cast.anna)
    one = CaseSplit.objects.get()
    with pytest.raises(Refusal, match="was taken apart since"):
        undo_split(one, author=cast.anna)
    assert case_with(bill) == one.into
