"""What a delivery report says is kept where it is needed: at each recipient, and at the address of the customer."""

import pytest

from ancora.conversations.channels.email.tests.outbox import CARLA, DARIO, events_of, fate
from ancora.conversations.channels.email.tests.smtp_peer import smtp_peer
from ancora.conversations.commands import settle_reported
from ancora.conversations.commands.send import send
from ancora.conversations.commands.send_again import send_again
from ancora.customers.commands import observe_handle
from ancora.customers.models import Handle
from ancora.platform.events.actors import Actor
from ancora.testing.failures.letters import letter

ELSA = ("Elsa", "elsa@customer.example")


@pytest.fixture
def accepted(write):
    """A mail to three, whom the server took."""
    with smtp_peer() as peer:
        outgoing = write(peer, to=[CARLA, DARIO, ELSA])
        send(outgoing.pk)
    observe_handle("email", CARLA[1], name="Carla")
    observe_handle("email", DARIO[1], name="Dario")
    return outgoing


def report_of(outgoing, *told: str) -> bytes:
    """A report with a group of fields for each recipient."""
    groups = "\r\n\r\n".join(told)
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.customer.example>\r\nTo: support@shop.example\r\n"
        "Subject: Undelivered\r\nMessage-ID: <r1@mx.customer.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSome of it could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.customer.example\r\n\r\n"
        f"{groups}\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: <{outgoing.message.message_id}>\r\n\r\n--b--\r\n"
    ).encode()


GONE = (
    f"Final-Recipient: rfc822; {CARLA[1]}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    "Diagnostic-Code: smtp; 550 5.1.1 no such user"
)
FULL = (
    f"Final-Recipient: rfc822; {DARIO[1]}\r\nAction: failed\r\nStatus: 4.2.2\r\n"
    "Diagnostic-Code: smtp; 452 4.2.2 mailbox full"
)
ARRIVED = f"Final-Recipient: rfc822; {ELSA[1]}\r\nAction: delivered\r\nStatus: 2.0.0"


def test_each_recipient_of_a_report_has_what_is_said_of_them(accepted, arrive):
    assert arrive(report_of(accepted, GONE, FULL, ARRIVED)).outcome == "bounce"
    assert fate(accepted) == ("bounced", {"carla": "bounced", "dario": "bounced", "elsa": "delivered"})
    carla, dario = (accepted.recipients.get(address=address) for _name, address in (CARLA, DARIO))
    assert (carla.bounce, carla.answer) == ("hard", "550 5.1.1 no such user")
    assert (dario.bounce, dario.answer) == ("soft", "452 4.2.2 mailbox full")
    assert events_of(accepted) == ["message.accepted", "message.bounced"]


def test_bounce_marks_the_handle_until_there_is_a_sign_of_life(accepted, arrive):
    arrive(report_of(accepted, GONE, FULL))
    carla, dario = (Handle.objects.get(value=address) for _name, address in (CARLA, DARIO))
    assert (carla.bounce, carla.bounce_reason) == ("hard", "550 5.1.1 no such user")
    assert (dario.bounce, dario.bounced_at is not None) == ("soft", True)
    arrive(letter("I have a new provider", sender=f"Carla <{CARLA[1].upper()}>"))
    carla.refresh_from_db()
    dario.refresh_from_db()
    assert (carla.bounced_at, carla.bounce, carla.bounce_reason) == (None, "", "")
    assert dario.bounce == "soft"


def test_what_is_only_delayed_marks_nobody(accepted, arrive):
    arrive(report_of(accepted, FULL.replace("failed", "delayed")))
    assert fate(accepted)[0] == "accepted"
    assert not Handle.objects.filter(bounced_at__isnull=False).exists()


def test_report_of_a_mail_provider_marks_the_handle_too(accepted):
    named = [accepted.message.message_id]
    settle_reported(named, kind="bounced", recipient=CARLA[1], words="550 5.1.1 unknown")
    assert Handle.objects.get(value=CARLA[1]).bounce == "hard"
    assert accepted.recipients.get(address=CARLA[1]).bounce == "hard"
    settle_reported(named, kind="delivered", recipient=DARIO[1])
    assert Handle.objects.get(value=DARIO[1]).bounced_at is None


def test_address_that_is_not_ours_in_a_report_is_of_one_who_gets_it_forwarded(accepted, arrive):
    arrive(report_of(accepted, GONE.replace(CARLA[1], "carla@elsewhere.example")))
    assert set(fate(accepted)[1].values()) == {"bounced"}


def test_mail_that_is_sent_again_says_nothing_of_the_former_bounce(accepted, arrive, cast):
    arrive(report_of(accepted, GONE))
    accepted.refresh_from_db()
    send_again(accepted, actor=Actor.human(cast.marco))
    carla = accepted.recipients.get(address=CARLA[1])
    assert (carla.state, carla.answer, carla.bounce) == ("queued", "", "")
    assert Handle.objects.get(value=CARLA[1]).bounce == "hard"
