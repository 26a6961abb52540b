"""Two machines that answer each other come to an end, whatever the other one's manners are."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import uuid4

import pytest

from ancora.cases.models import Case
from ancora.conversations.channels.email.tests.smtp_peer import smtp_peer
from ancora.conversations.channels.email.tests.test_acknowledging import acknowledgements, box, letter, make
from ancora.conversations.channels.email.tests.test_sending_troubles import report
from ancora.conversations.commands import process_arrival, receive
from ancora.conversations.commands.send import send
from ancora.conversations.models import Mailbox, Message, Outgoing
from ancora.platform import clock
from ancora.platform.events.dispatcher import drain
from ancora.platform.files.store import read

__all__ = ["box"]


def deliver(outgoing: Outgoing, box: Mailbox) -> None:
    """What leaves arrives at another mailbox, as the server of that one delivers it."""
    process_arrival(receive(read(outgoing.file), key=f"copy:{uuid4()}", mailbox=box))
    drain()


def test_two_installations_that_acknowledge_do_not_answer_each_other(cast, arrive):
    """Both speak in one database here; what counts is that a mail of the other is no mail of our own."""
    ours = make("support@shop.example")
    arrive(letter("Support <help@other.example>"), ours)
    [sent] = acknowledgements()
    Mailbox.objects.filter(pk=ours.pk).update(address="gone@shop.example")
    theirs = make("help@other.example")
    Message.objects.filter(direction="out").update(message_id="", message_key=None)
    deliver(sent, theirs)
    assert len(acknowledgements()) == 1
    assert Message.objects.filter(direction="in").last().auto == "auto_reply"


@pytest.mark.parametrize("manners", ["says so", "hides it", "hides it and begins anew"])
def test_responder_that_answers_each_mail_comes_to_an_end(box, manners):
    """An absence note at the other end: one that keeps RFC 3834, one that does not, one that cuts the thread too."""

    def answer(raw: bytes) -> EmailMessage:
        mail = message_from_bytes(raw, policy=policy.default)
        headers = {"Auto_Submitted": "auto-replied"} if manners == "says so" else {}
        if manners != "hides it and begins anew":
            headers["In_Reply_To"] = mail["Message-ID"]
        return letter("Carla <carla@customer.example>", "I am away", f"Away {uuid4()}", **headers)

    start, answered = clock.now(), 0
    with smtp_peer() as peer:
        Mailbox.objects.update(smtp_host="127.0.0.1", smtp_port=peer.port, smtp_security="none", sends_per_minute=0)
        process_arrival(receive(letter().as_bytes(), key="first", mailbox=box))
        drain()
        for minute in range(0, 48 * 60, 10):
            with clock.at(start + timedelta(minutes=minute)):
                for waiting in Outgoing.objects.filter(state="queued"):
                    send(waiting.pk)
                for _recipients, raw in peer.taken[answered:]:
                    answered += 1
                    process_arrival(receive(answer(raw).as_bytes(), key=f"away:{answered}", mailbox=box))
                drain()
    assert answered == 1
    assert len(acknowledgements()) == 1


def test_responder_that_writes_new_mails_all_day_gets_five(box, arrive):
    start = clock.now()
    for minute in range(0, 20 * 60, 15):
        with clock.at(start + timedelta(minutes=minute)):
            arrive(letter(subject="I am away", text=f"Away {minute}"), box)
    assert len(acknowledgements()) == 5


def test_acknowledgement_that_comes_back_makes_no_noise(box, arrive, cast):
    arrive(letter(), box)
    [sent] = acknowledgements()
    Outgoing.objects.update(state="accepted")
    sent.recipients.update(state="accepted")
    before = Message.objects.count(), Outgoing.objects.count(), Case.objects.get().version
    arrive(report(sent, "carla@customer.example"), box)
    sent.refresh_from_db()
    assert sent.state == "bounced"
    assert (Message.objects.count(), Outgoing.objects.count(), Case.objects.get().version) == before


def test_invitation_that_comes_back_makes_no_case(box, arrive):
    """A report about mail of Ancora itself names no message of ours."""
    invitation = type("Sent", (), {"message": type("Mail", (), {"message_id": "a1b2@shop.example"})})
    assert arrive(report(invitation, "marco@example.com"), box).outcome == "bounce"
    assert Message.objects.count() == Case.objects.count() == Outgoing.objects.count() == 0
