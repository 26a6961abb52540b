"""The whole road with the real worker and real servers: mail in, a case, an answer out, one thread."""

import smtplib
import time
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from ancora.cases.commands import reply_to_case
from ancora.cases.models import Case, Status
from ancora.cases.queries import answerable
from ancora.config.worker import work
from ancora.conversations.channels.email.listening.doors import Door
from ancora.conversations.channels.email.tests.living import looked, running, until
from ancora.conversations.channels.email.tests.mail_servers import PASSWORD
from ancora.conversations.models import Listener, Mailbox, Message, Outgoing
from ancora.platform import clock


@pytest.fixture
def address():
    """An address that no other test uses."""
    return "road@shop.example"


def connected(address, dovecot, postfix) -> Mailbox:
    return Mailbox.objects.create(
        name="Shop",
        address=address,
        imap_host="127.0.0.1",
        imap_port=dovecot.port,
        imap_security="none",
        imap_user=address,
        imap_password=PASSWORD,
        smtp_host="127.0.0.1",
        smtp_port=postfix.port,
        smtp_security="none",
    )


def test_mail_routed_to_the_worker_becomes_a_case(cast, settings):
    box = Mailbox.objects.create(name="Shop", address="routed@shop.example")
    door = Door.read("lmtp", "127.0.0.1:0")
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, doors=(door,))
    Listener.objects.create(kind="smtp", address="of an earlier start", seen_at=clock.now())
    question = EmailMessage()
    question["From"], question["To"], question["Subject"] = "carla@customer.example", box.address, "Is anybody there?"
    question.set_content("Hello")
    with running(work):
        listener = until(lambda: Listener.objects.filter(kind="lmtp").first())
        with smtplib.LMTP("127.0.0.1", int(listener.address.rpartition(":")[2]), timeout=10) as lmtp:
            lmtp.send_message(question)
        assert until(Case.objects.first).subject == "Is anybody there?"
    assert Listener.objects.count() == 0


def test_customer_is_answered_in_one_thread_and_answers_back(cast, dovecot, postfix, address):
    box = connected(address, dovecot, postfix)
    customer = f"carla-{address.partition('@')[0]}@customer.example"
    question = EmailMessage()
    question["From"] = f"Carla Riva <{customer}>"
    question["To"] = address
    question["Subject"] = "Where is my order?"
    question["Message-ID"] = f"<question-{address}>"
    question.set_content("It should be here by now.")
    with running(work):
        until(lambda: looked(box))
        time.sleep(0.3)
        began = time.monotonic()
        postfix.send(question, to=address, sender=customer)
        case = until(Case.objects.first)
        assert time.monotonic() - began < 20
        asked = answerable(cast.marco, case)
        reply_to_case(case, html="<p>It arrives today.</p>", to=asked.to, author=cast.marco, answers=asked.message)
        [(_, raw)] = until(lambda: dovecot.inbox(customer))
        until(lambda: Outgoing.objects.get().state == "accepted")
        received = message_from_bytes(raw, policy=policy.default)
        assert received["In-Reply-To"] == question["Message-ID"]
        assert "> It should be here by now." in received.get_body(("plain",)).get_content()
        answer = EmailMessage()
        answer["From"], answer["To"], answer["Subject"] = customer, received["Reply-To"], "Re: something else"
        answer.set_content("Thank you, it is here.")
        postfix.send(answer, to=received["Reply-To"].addresses[0].addr_spec, sender=customer)
        until(lambda: Message.objects.count() == 3)
    case = Case.objects.get()
    assert case.status == Status.OPEN
    assert Message.objects.order_by("id").last().rung == "token"
