"""A message to nobody comes back through real servers, and is seen on the message it is about."""

import pytest

from ancora.conversations.channels.email.fetching import watch_mailboxes
from ancora.conversations.channels.email.tests.living import looked, process_arrivals, running, until
from ancora.conversations.channels.email.tests.mail_servers import PASSWORD
from ancora.conversations.channels.email.tests.smtp_peer import SmtpPeer
from ancora.conversations.commands import start_conversation
from ancora.conversations.commands.send import send
from ancora.conversations.models import Arrival, Mailbox, Message, Outgoing


@pytest.fixture
def box(cast, dovecot, postfix, address):
    return Mailbox.objects.create(
        name="Support",
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


def test_bounce_marks_the_message_and_opens_nothing(box, cast, postfix):
    remote = SmtpPeer(port=postfix.remote_port, RCPT="550 5.1.1 no such user here")
    try:
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: looked(box))
            to = [("Gone", "gone@away.example"), ("Carla", "carla@customer.example")]
            message = start_conversation(box, to=to, subject="Hello", html="<p>Are you there?</p>", author=cast.marco)
            send(message.outgoing.pk)
            assert Outgoing.objects.get().state == "accepted"
            until(lambda: Outgoing.objects.get().state == "bounced", 20)
    finally:
        remote.close()
    gone = message.outgoing.recipients.get(address="gone@away.example")
    assert gone.state == "bounced"
    assert "5.1.1" in gone.answer
    assert message.outgoing.recipients.get(address="carla@customer.example").state == "accepted"
    assert Arrival.objects.get().outcome == "bounce"
    assert Message.objects.count() == 1


def test_answer_from_a_mail_program_finds_its_conversation(box, cast, dovecot, postfix):
    from email import message_from_bytes, policy
    from email.message import EmailMessage

    customer = f"anna-{box.address.partition('@')[0]}@customer.example"
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: looked(box))
        sent = start_conversation(box, to=[("", customer)], subject="Hi", html="<p>Hello</p>", author=cast.marco)
        send(sent.outgoing.pk)
        [(_, raw)] = until(lambda: dovecot.inbox(customer))
        received = message_from_bytes(raw, policy=policy.default)
        answer = EmailMessage()
        answer["From"] = customer
        answer["To"] = received["Reply-To"]
        answer["Subject"] = "A subject of my own"
        answer.set_content("Hello to you")
        to = received["Reply-To"].addresses[0].addr_spec
        assert "+" in to
        postfix.send(answer, to=to, sender=customer)
        until(lambda: Message.objects.count() == 2)
    assert Message.objects.order_by("id").last().rung == "token"
