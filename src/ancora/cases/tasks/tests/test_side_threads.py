"""Mail with third parties: beside the customer's conversation, never in it."""

from email import message_from_bytes, policy
from threading import Event

import pytest
from django.db import transaction

from ancora.cases.commands import forward_from_case, merge_cases, reply_to_case, resolve_case, wait_on
from ancora.cases.models import Case, CaseConversation, Outcome, Task
from ancora.cases.queries import answer_to, answerable, message_for, timeline
from ancora.cases.queries.cases import any_message_for, messages_of
from ancora.cases.queries.timeline import beside_entries
from ancora.cases.tasks.commands import NewThirdParty, create_task, write_to_third_party
from ancora.cases.tasks.queries import task_for
from ancora.cases.tasks.tests.test_tasks import told_of
from ancora.conversations.models import Direction, Message, Outgoing
from ancora.customers.models import Customer
from ancora.desk.tests.conftest import letter
from ancora.parties.models import ThirdParty
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.queries import events_about
from ancora.platform.files.store import read
from ancora.testing.threads import Aside

SECRET = "Costs us forty euros"


def ask(case, otto, cast, **options) -> tuple[Task, Message]:
    task = create_task(case, title="Repair her grinder", text=SECRET, assignee=otto, author=cast.marco, **options)
    return task, beside_entries(task)[-1].message


def mail_of(message):
    return message_from_bytes(read(Outgoing.objects.get(message=message).file), policy=policy.default)


def test_the_third_party_alone_is_written_to_in_a_thread_of_its_own(case, otto, cast):
    task, message = ask(case, otto, cast)
    mail = mail_of(message)
    assert mail["To"] == "Otto Repairs <otto@repairs.example>"
    assert (mail["Cc"], mail["In-Reply-To"], mail["References"]) == (None, None, None)
    assert "support@example.com" in mail["From"]
    text = mail.get_body(("plain",)).get_content()
    assert SECRET in text
    assert "It leaks again." not in text
    assert list(message.outgoing.recipients.values_list("address", flat=True)) == ["otto@repairs.example"]
    assert told_of(case) == ["task.created", "thirdparty.notified"]
    assert not CaseConversation.objects.filter(conversation=task.conversation).exists()


def test_its_answer_comes_to_the_task_wakes_the_case_and_is_no_customers_word(case, otto, cast, answer_of):
    task, message = ask(case, otto, cast, waits=True)
    case.refresh_from_db()
    assert (case.status, case.waiting_on) == ("waiting", "third_party")
    customers, excerpt, owner = Customer.objects.count(), case.excerpt, case.customer_id
    result = answer_of(message)
    assert (result.outcome, result.conversation_id) == ("appended", task.conversation_id)
    case.refresh_from_db()
    assert (case.status, case.customer_id, case.excerpt) == ("open", owner, excerpt)
    assert (Case.objects.count(), Customer.objects.count()) == (1, customers)
    [event] = events_about("message", result.message_id, types=["message.received"])
    assert (event.actor_kind, event.actor_id) == ("third_party", otto.pk)
    assert not [kind for _field, kind, _pk in event.objects if kind == "customer"]
    assert told_of(case)[-1] == "thirdparty.responded"
    continued = events_about("case", case.pk, types=["case.continued"])
    assert result.message_id not in [pk for one in continued for field, _kind, pk in one.objects]
    task.refresh_from_db()
    assert task.answered_at is not None


@pytest.mark.parametrize(("headers", "status"), [({}, "open"), ({"Auto_Submitted": "auto-replied"}, "resolved")])
def test_a_person_reopens_a_resolved_case_and_a_machine_does_not(case, otto, cast, answer_of, headers, status):
    _task, message = ask(case, otto, cast)
    resolve_case(case, outcome=Outcome.objects.first(), actor=Actor.human(cast.marco))
    answer_of(message, **headers)
    case.refresh_from_db()
    assert case.status == status


def test_nothing_written_to_the_customer_can_hold_the_side_thread(case, otto, cast, answer_of, mailbox, arrive):
    task, ours = ask(case, otto, cast)
    theirs = Message.objects.get(pk=answer_of(ours, f"{SECRET}, and more").message_id)
    first = messages_of(case)[0]
    usual = answerable(cast.marco, Case.objects.get(pk=case.pk))
    assert (usual.message, usual.to) == (first, [("Carla Bianchi", "carla@example.org")])
    for hidden in (ours, theirs):
        assert answer_to(cast.marco, case, hidden, to_everybody=True) is None
        with pytest.raises(Exception, match="No such message"):
            message_for(cast.marco, hidden.pk)
        assert any_message_for(cast.marco, hidden.pk) == hidden
        to_carla = {"html": "<p>Hello</p>", "to": usual.to, "author": cast.marco}
        with pytest.raises(Refusal):
            reply_to_case(case, answers=hidden, **to_carla)
        with pytest.raises(Refusal):
            forward_from_case(case, hidden, **to_carla)
    for answers in (None, usual.message):
        sent = reply_to_case(case, html="<p>Soon</p>", to=usual.to, author=cast.marco, answers=answers)
        raw = mail_of(sent)
        assert SECRET not in raw.as_string()
        assert SECRET not in raw.get_body(("plain",)).get_content() + raw.get_body(("html",)).get_content()
        assert {ours.message_id, theirs.message_id}.isdisjoint([*sent.references, raw["In-Reply-To"]])
    assert task.conversation_id not in [one.place_conversation_id for one in messages_of(case)]


def test_the_customer_who_answers_never_lands_in_the_side_thread(case, otto, cast, mailbox, arrive):
    task, _ours = ask(case, otto, cast)
    number = task.conversation.reference
    came = arrive(letter(subject=f"Re: [#{number}] hello", message_id="<guess@example.org>"), mailbox)
    assert came.conversation_id != task.conversation_id


def test_we_write_again_to_the_third_party_only(case, otto, cast, answer_of):
    task, ours = ask(case, otto, cast)
    answer_of(ours, Cc="Carla <carla@example.org>")
    task = task_for(cast.marco, task.pk)
    again = write_to_third_party(task, text="When is it ready?", author=cast.marco)
    mail = mail_of(again)
    assert (mail["To"], mail["Cc"]) == ("Otto Repairs <otto@repairs.example>", None)
    assert mail["In-Reply-To"].startswith("<otto-")
    task.refresh_from_db()
    assert task.answered_at is None
    kinds = [(entry.kind, entry.ours, entry.task) for entry in timeline(cast.marco, case) if entry.task]
    assert kinds == [("message", True, task), ("message", False, task), ("message", True, task)]


@pytest.mark.parametrize("address", ["carla@example.org", "SUPPORT@example.com"])
def test_neither_the_customer_nor_we_are_a_third_party(case, cast, address):
    with pytest.raises(Refusal):
        create_task(case, title="Ask", assignee=NewThirdParty("Carla", address), author=cast.marco)
    assert not ThirdParty.objects.exists()
    assert not Message.objects.filter(direction=Direction.OUT).exists()


def test_a_firm_is_known_by_its_address(case, otto, cast):
    task = create_task(case, title="Ask", assignee=NewThirdParty("", "OTTO@repairs.example"), author=cast.marco)
    assert task.third_party == otto


def test_an_answer_for_a_case_that_waits_for_the_customer_wakes_it_too(case, otto, cast, answer_of):
    _task, ours = ask(case, otto, cast)
    wait_on(case, on="customer", actor=Actor.human(cast.marco))
    answer_of(ours)
    case.refresh_from_db()
    assert case.status == "open"


def test_a_forged_answer_is_shown_with_its_doubt_and_belongs_to_nobody(case, otto, cast, answer_of):
    task, ours = ask(case, otto, cast)
    came = answer_of(ours)
    Message.objects.filter(pk=came.message_id).update(trust="failed")
    [doubtful] = [entry for entry in beside_entries(task) if entry.doubt]
    assert (doubtful.doubt.link, doubtful.doubt.is_linkable) == (None, False)


def test_an_answer_holds_what_its_case_was_merged_into_and_not_the_part(case, otto, cast, answer_of, mailbox, arrive):
    _task, message = ask(case, otto, cast)
    arrive(letter(message_id="<other@example.org>", subject="Once more"), mailbox)
    other = Case.objects.exclude(pk=case.pk).get()
    merge_cases(case, into=other, author=cast.marco)
    is_held, may_go = Event(), Event()

    @transaction.atomic
    def hold():
        Case.objects.select_for_update().get(pk=case.pk)
        is_held.set()
        may_go.wait(20)

    holding = Aside(hold)
    assert is_held.wait(20)
    try:
        # Whoever merges holds both in the order of their ids: to hold the part first can be a deadlock.
        Aside(answer_of, message).result(10)
    finally:
        may_go.set()
        holding.result()
    assert told_of(other)[-1] == "thirdparty.responded"
