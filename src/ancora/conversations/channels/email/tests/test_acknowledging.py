"""Who writes about something new is told once that it arrived: no machine, no loop, no flood."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import uuid4

import pytest
from django.db import connections

from ancora.cases import subscribers
from ancora.cases.commands import mark_as_spam, reply_to_case
from ancora.cases.models import Case
from ancora.cases.queries import timeline
from ancora.conversations.commands import process_arrival, receive
from ancora.conversations.models import Acknowledgement, Conversation, Mailbox, Message, Outgoing
from ancora.conversations.queries import forget_addresses
from ancora.platform import clock
from ancora.platform.accounts.models import Organisation
from ancora.platform.accounts.queries import forget_organisation
from ancora.platform.events.actors import Actor
from ancora.platform.events.dispatcher import dispatch_pending, drain
from ancora.platform.events.models import EventDelivery
from ancora.platform.events.publishing import Published
from ancora.platform.events.queries import events_about
from ancora.platform.files.store import read


@pytest.fixture
def box(cast):
    return make("support@shop.example")


def make(address: str, **fields) -> Mailbox:
    box = Mailbox.objects.create(name="Shop", address=address, acknowledges=True, **fields)
    forget_addresses()
    return box


def letter(sender="Carla <carla@customer.example>", subject="It leaks", text="It leaks again.", **headers):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "support@shop.example", subject
    mail["Message-ID"] = headers.pop("message_id", f"<{uuid4()}@customer.example>")
    mail["Date"] = "Wed, 25 Nov 2026 10:00:00 +0000"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def acknowledgements() -> list[Outgoing]:
    return list(Outgoing.objects.filter(purpose="acknowledgement").order_by("id"))


def mail_of(outgoing: Outgoing):
    return message_from_bytes(read(outgoing.file), policy=policy.default)


def test_person_with_something_new_is_told_in_the_thread_and_marked_as_a_machines_word(box, arrive):
    arrive(letter(message_id="<q@customer.example>"), box)
    [sent] = acknowledgements()
    mail = mail_of(sent)
    assert mail["Subject"] == "Re: It leaks"
    assert mail["In-Reply-To"] == "<q@customer.example>"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["To"].addresses[0].addr_spec == "carla@customer.example"
    assert mail["From"].addresses[0].display_name == "Shop"
    assert f"#{Conversation.objects.get().reference}" in mail.get_body(("plain",)).get_content()
    assert "It leaks again" not in mail.get_body(("plain",)).get_content()
    assert Case.objects.get().owner is None


def test_text_is_ones_own_in_the_language_of_the_mail(box, arrive):
    Mailbox.objects.update(
        acknowledgement_it="Gentile {name}, grazie <3. Numero {reference}.",
        acknowledgement_en="Got it.",
        signature="Lume",
    )
    text = "Buongiorno, la macchina perde acqua dal gruppo e vorrei sapere quando potete ripararla. Grazie mille."
    arrive(letter(text=text), box)
    mail = mail_of(acknowledgements()[0])
    reference = Conversation.objects.get().reference
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == (
        f"Gentile Carla, grazie <3. Numero #{reference}.\n\n-- \nLume\n"
    )
    assert "grazie &lt;3" in mail.get_body(("html",)).get_content()


def test_language_nobody_has_a_text_for_gets_that_of_the_organisation(box, arrive):
    Organisation.objects.update(language="it")
    forget_organisation()
    Mailbox.objects.update(acknowledgement_it="Ricevuto.", acknowledgement_en="Received.")
    arrive(letter(text="Guten Tag, meine Maschine ist undicht und tropft seit gestern ohne Pause auf den Tisch."), box)
    assert mail_of(acknowledgements()[0]).get_body(("plain",)).get_content().strip() == "Ricevuto."


def test_switched_off_nothing_is_sent_and_nothing_waits_to_be_looked_at(box):
    Mailbox.objects.update(acknowledges=False)
    forget_addresses()
    process_arrival(receive(letter().as_bytes(), key="x", mailbox=box))
    assert not EventDelivery.objects.filter(subscriber__contains="acknowledge").exists()
    drain()
    assert acknowledgements() == []
    assert Acknowledgement.objects.count() == 0


def test_answer_in_a_known_case_is_not_acknowledged(box, arrive, cast):
    arrive(letter(message_id="<q@customer.example>"), box)
    with clock.at(clock.now() + timedelta(hours=2)):
        arrive(letter(text="And one more thing.", In_Reply_To="<q@customer.example>"), box)
    assert len(acknowledgements()) == 1


def test_answer_long_after_the_end_begins_something_new_and_is_acknowledged(box, arrive, cast):
    from ancora.cases.commands import resolve_case
    from ancora.cases.models import Outcome

    with clock.at(clock.now() - timedelta(days=30)):
        arrive(letter(message_id="<q@customer.example>"), box)
        resolve_case(Case.objects.get(), outcome=Outcome.objects.create(label="Solved"), actor=Actor.human(cast.marco))
    arrive(letter(text="It leaks once more.", In_Reply_To="<q@customer.example>"), box)
    assert Case.objects.count() == 2
    assert len(acknowledgements()) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated"},
        {"X_Auto_Response_Suppress": "All"},
        {"Precedence": "bulk"},
        {"Precedence": "list"},
        {"List_Id": "<news.example>"},
        {"List_Unsubscribe": "<mailto:x@y.example>"},
        {"Return_Path": "<>"},
        {"X_Autoreply": "yes"},
        {"subject": "Automatic reply: It leaks"},
        {"sender": "noreply@shop.customer.example"},
        {"sender": "order-no-reply@customer.example"},
        {"sender": "DoNotReply@customer.example"},
        {"sender": "MAILER-DAEMON@customer.example"},
        {"sender": "postmaster@customer.example"},
        {"sender": "bounce+1@customer.example"},
        {"sender": "news-bounces@customer.example"},
        {"sender": "other@shop.example"},
        {"sender": "Other+17-abcdefghijklmnop@shop.example"},
    ],
    ids=str,
)
def test_machines_and_ourselves_are_not_answered(box, arrive, headers):
    make("other@shop.example")
    arrive(letter(**headers), box)
    assert acknowledgements() == []


def test_old_mail_and_spam_are_not_answered(box, arrive, cast):
    arrive(letter(), box, is_silent=True)
    process_arrival(receive(letter("Dario <dario@customer.example>").as_bytes(), key="later", mailbox=box))
    mark_as_spam(Case.objects.order_by("id").last(), actor=Actor.human(cast.marco))
    drain()
    with clock.at(clock.now() - timedelta(days=2)):
        process_arrival(receive(letter("Elsa <elsa@customer.example>").as_bytes(), key="old", mailbox=box))
    drain()
    assert Case.objects.count() == 3
    assert acknowledgements() == []


def test_somebody_of_us_was_quicker_then_nothing_is_sent(box, cast):
    process_arrival(receive(letter().as_bytes(), key="x", mailbox=box))
    to = [("Carla", "carla@customer.example")]
    reply_to_case(Case.objects.get(), html="<p>Hello</p>", to=to, author=cast.marco)
    drain()
    assert acknowledgements() == []


def test_customer_gets_one_an_hour_and_the_silence_is_said_once(box, arrive, cast):
    for number in range(4):
        arrive(letter(subject=f"Matter {number}"), box)
    assert len(acknowledgements()) == 1
    silences = [
        (case.subject, entry.change.text)
        for case in Case.objects.order_by("id")
        for entry in timeline(cast.marco, case)
        if entry.change and "acknowledgement" in entry.change.text
    ]
    assert silences == [("Matter 1", "No acknowledgement: this customer got one within the last hour")]
    with clock.at(clock.now() + timedelta(minutes=61)):
        arrive(letter(subject="Matter 5"), box)
    assert len(acknowledgements()) == 2


def test_customer_gets_five_a_day(box, arrive):
    start = clock.now()
    for hour in range(9):
        with clock.at(start + timedelta(hours=hour, minutes=hour)):
            arrive(letter(subject=f"Matter {hour}"), box)
    assert len(acknowledgements()) == 5
    with clock.at(start + timedelta(hours=25)):
        arrive(letter(subject="Next day"), box)
    assert len(acknowledgements()) == 6


def test_mailbox_has_a_budget_of_its_own(box, arrive, cast):
    Mailbox.objects.update(acknowledgements_per_hour=3)
    for number in range(6):
        arrive(letter(f"No {number} <no{number}@customer.example>"), box)
    assert len(acknowledgements()) == 3
    said = [case.pk for case in Case.objects.all() if events_about("case", case.pk, types=[SILENCE])]
    assert len(said) == 1


SILENCE = "case.acknowledgement_withheld"


def test_two_workers_together_do_not_exceed_the_budget(box):
    Mailbox.objects.update(acknowledgements_per_hour=3)
    for number in range(12):
        sender = f"No {number} <no{number}@customer.example>"
        process_arrival(receive(letter(sender).as_bytes(), key=f"k{number}", mailbox=box))

    def work(_number: int) -> None:
        try:
            while dispatch_pending(limit=1):
                pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as workers:
        list(workers.map(work, range(3)))
    assert Acknowledgement.objects.count() == 12
    assert len(acknowledgements()) == 3


def test_second_run_has_no_further_effect(box, arrive):
    for number in range(2):
        arrive(letter(subject=f"Matter {number}"), box)
    first, second = Message.objects.filter(direction="in").order_by("id")
    for message in (first, second):
        [recorded] = events_about("message", message.pk, types=["message.received"])
        from ancora.conversations.events import MessageReceived

        objects = {field: pk for field, _kind, pk in recorded.objects}
        event = MessageReceived.restored(recorded.attrs, objects)
        published = Published(recorded.id, event, Actor("customer", event.customer_id), recorded.occurred_at)
        with clock.at(clock.now() + timedelta(hours=2)):
            subscribers.acknowledge_new_case(published)
    assert len(acknowledgements()) == 1
    assert Acknowledgement.objects.count() == 2
    assert len(events_about("case", Case.objects.last().pk, types=[SILENCE])) == 1
