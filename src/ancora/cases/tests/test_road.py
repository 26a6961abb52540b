"""A customer's mail on its road through the house: message, conversation, case, answer."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from ancora.cases.commands import (
    assign_case,
    mark_as_spam,
    move_to_trash,
    reply_to_case,
    resolve_case,
    restore_case,
    wait_on,
)
from ancora.cases.models import Case, CaseLink, Outcome, Status
from ancora.cases.queries import answerable, case_for, cases_page, queue_counts, search, timeline
from ancora.conversations.models import Arrival, Conversation, Message, Outgoing, Recipient, Sighting
from ancora.conversations.tokens import reply_address
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor

CARLA = "Carla Bianchi <carla@customers.example>"


def letter(subject="The grinder leaks", text="It leaks again.", sender=CARLA, **headers):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, headers.pop("to", "support@example.com"), subject
    mail["Message-ID"] = headers.pop("message_id", f"<{abs(hash((subject, text, sender)))}@customers.example>")
    mail["Date"] = headers.pop("date", "Sun, 01 Nov 2026 10:00:00 +0000")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def test_mail_opens_a_case_with_its_conversation(cast, mailbox, arrive):
    result = arrive(letter(), mailbox)
    assert result.outcome == "opened"
    assert result.rung == "new"
    case = Case.objects.get()
    conversation = Conversation.objects.get()
    assert case.reference == conversation.reference == 1001
    assert (case.subject, case.excerpt, case.status) == ("The grinder leaks", "It leaks again.", Status.OPEN)
    assert case.customer.name == "Carla Bianchi"
    assert case.mailbox_ids == [mailbox.pk]


def test_answer_goes_out_in_the_thread_and_comes_back_to_it(cast, mailbox, arrive):
    arrive(letter(), mailbox)
    case = case_for(cast.marco, 1001)
    answer = answerable(cast.marco, case)
    assert answer.to == [("Carla Bianchi", "carla@customers.example")]
    html = "<p>Dear Carla, a seal is on its way.</p>"
    message = reply_to_case(case, html=html, to=answer.to, author=cast.marco, answers=answer.message)
    assert case_for(cast.marco, 1001).owner == cast.marco
    outgoing = Outgoing.objects.get(message=message)
    assert outgoing.state == "queued"
    assert [one.address for one in Recipient.objects.all()] == ["carla@customers.example"]
    assert message.subject == "Re: The grinder leaks"
    back = letter("Re: The grinder leaks", "Thank you", In_Reply_To=f"<{message.message_id}>")
    result = arrive(back, mailbox)
    assert (result.outcome, result.rung) == ("appended", "in_reply_to")
    assert [entry.kind for entry in timeline(cast.marco, case_for(cast.marco, 1001))].count("message") == 3


def test_token_in_the_address_finds_the_conversation_without_any_thread(cast, mailbox, arrive):
    arrive(letter(), mailbox)
    to = reply_address("support@example.com", 1001)
    result = arrive(letter("Something else", "From another program", to=to), mailbox)
    assert (result.outcome, result.rung) == ("appended", "token")


def test_forged_token_opens_a_new_case(cast, mailbox, arrive):
    arrive(letter(), mailbox)
    result = arrive(letter("Hm", "x", to="support+1001-aaaaaaaaaaaaaaaa@example.com"), mailbox)
    assert result.outcome == "opened"


@pytest.mark.parametrize(
    ("sender", "outcome"), [("carla@customers.example", "appended"), ("stranger@elsewhere.example", "opened")]
)
def test_subject_reference_joins_only_a_participant(cast, mailbox, arrive, sender, outcome):
    arrive(letter(), mailbox)
    assert arrive(letter("About [#1001]", "More", sender), mailbox).outcome == outcome


def test_same_subject_alone_never_joins(cast, mailbox, arrive):
    arrive(letter(), mailbox)
    assert arrive(letter(text="Another matter", message_id="<2@customers.example>"), mailbox).outcome == "opened"
    assert Case.objects.count() == 2


def test_same_mail_twice_is_one_message(cast, mailbox, arrive):
    arrive(letter(), mailbox)
    assert arrive(letter(), mailbox).outcome == "duplicate"
    assert Message.objects.count() == 1
    assert Arrival.objects.count() == 2


def test_same_message_id_on_another_mail_is_kept_with_a_warning(cast, mailbox, arrive):
    arrive(letter(message_id="<same@x.example>"), mailbox)
    result = arrive(letter(text="Quite another text", message_id="<same@x.example>"), mailbox)
    assert result.outcome == "opened"
    assert "Message-ID" in Message.objects.get(pk=result.message_id).warnings[0]


def test_one_mail_to_two_mailboxes_is_one_message_seen_in_both(cast, mailbox, arrive):
    from ancora.conversations.models import Mailbox

    billing = Mailbox.objects.create(name="Billing", address="billing@example.com")
    arrive(letter(), mailbox)
    assert arrive(letter(), billing).outcome == "duplicate"
    assert Message.objects.count() == 1
    assert Sighting.objects.count() == 2
    assert Case.objects.get().mailbox_ids == [mailbox.pk, billing.pk]


def test_answer_wakes_a_waiting_case_and_reopens_a_resolved_one(cast, mailbox, arrive):
    outcome = Outcome.objects.create(label="Solved")
    first = letter()
    arrive(first, mailbox)
    case, actor = Case.objects.get(), Actor.human(cast.marco)
    wait_on(case, on="customer", actor=actor)
    arrive(letter("Re", "one", In_Reply_To=first["Message-ID"]), mailbox)
    case.refresh_from_db()
    assert (case.status, case.waiting_on) == ("open", "")
    resolve_case(case, outcome=outcome, actor=actor)
    arrive(letter("Re", "two", In_Reply_To=first["Message-ID"]), mailbox)
    case.refresh_from_db()
    assert (case.status, case.outcome) == ("open", None)


def test_answer_long_after_the_end_opens_a_linked_case(cast, mailbox, arrive):
    first = letter()
    arrive(first, mailbox)
    case = Case.objects.get()
    with clock.at(clock.now() - timedelta(days=15)):
        resolve_case(case, outcome=Outcome.objects.create(label="Solved"), actor=Actor.human(cast.marco))
    arrive(letter("Re", "again", In_Reply_To=first["Message-ID"]), mailbox)
    case.refresh_from_db()
    assert case.status == "resolved"
    follower = Case.objects.exclude(pk=case.pk).get()
    assert CaseLink.objects.get().related == case
    assert follower.status == "open"
    assert [entry.kind for entry in timeline(cast.marco, follower)].count("message") == 1
    assert [entry.kind for entry in timeline(cast.marco, case)].count("message") == 1


def test_spam_and_trash_can_be_taken_back(cast, mailbox, arrive):
    arrive(letter(), mailbox)
    case, actor = Case.objects.get(), Actor.human(cast.marco)
    mark_as_spam(case, actor=actor)
    move_to_trash(case, actor=actor)
    assert queue_counts(cast.marco)["open"] == 0
    with pytest.raises(Refusal):
        assign_case(case, owner=cast.olga, actor=actor)
    restore_case(case, actor=actor)
    assert case.status == "open"
    assert queue_counts(cast.marco)["open"] == 1


def test_search_finds_number_address_name_and_words(cast, mailbox, arrive):
    mail = letter(text="La città è lontana, gli ordini sono spediti")
    mail.add_attachment(b"x", maintype="application", subtype="pdf", filename="fattura-ottobre.pdf")
    arrive(mail, mailbox)
    arrive(letter("Other", "Nothing here", "Zoe <zoe@else.example>"), mailbox)
    for words in ("#1001", "1001", "carla@customers.example", "bianchi", "citta", "ordine spedito", "fattura"):
        assert [hit.case.reference for hit in search(cast.marco, words).hits] == [1001], words
    assert search(cast.marco, "nowhere").hits == []


def test_queue_pages_do_not_lose_or_repeat_a_case(cast, mailbox, arrive):
    for number in range(7):
        arrive(letter(f"Case {number}", f"text {number}"), mailbox)
    page = cases_page(cast.marco, queue_name="open", size=3)
    seen = [case.reference for case in page.cases]
    while page.next:
        page = cases_page(cast.marco, queue_name="open", after=page.next, size=3)
        seen += [case.reference for case in page.cases]
    assert seen == [1007, 1006, 1005, 1004, 1003, 1002, 1001]


def test_reply_posted_twice_is_sent_once(cast, mailbox, arrive):
    from uuid import uuid4

    arrive(letter(), mailbox)
    case, key = case_for(cast.marco, 1001), uuid4()
    sent = [
        reply_to_case(case, html="<p>Yes</p>", to=[("", "carla@customers.example")], author=cast.marco, form_key=key)
        for _ in range(2)
    ]
    assert sent[0] == sent[1]
    assert Outgoing.objects.count() == 1
