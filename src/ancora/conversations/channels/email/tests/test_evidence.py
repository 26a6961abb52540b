"""What is unknown is settled by later evidence, or by a person; never by a second mail."""

import pytest

from ancora.conversations.channels.email.tests.outbox import CARLA, DARIO, events_of, fate, is_due
from ancora.conversations.channels.email.tests.smtp_peer import HANG_UP, smtp_peer
from ancora.conversations.channels.email.tests.test_dead_workers import WorkerKilled, kill_at
from ancora.conversations.commands.rescue import rescue
from ancora.conversations.commands.send import send
from ancora.conversations.commands.send_again import confirm_arrival, forget_message, send_again
from ancora.conversations.models import Arrival, Message, Outgoing
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.files.store import read


@pytest.fixture
def unknown(write):
    """A mail that was handed over whole, without an answer of the server."""
    with smtp_peer(dot=HANG_UP) as peer:
        outgoing = write(peer, to=[CARLA, DARIO])
        send(outgoing.pk)
    assert fate(outgoing) == ("unknown", {"carla": "unknown", "dario": "unknown"})
    return outgoing


def answer_to(outgoing: Outgoing, sender: str, text: str = "Thank you") -> bytes:
    return (
        f"From: {sender}\r\nTo: support@shop.example\r\nSubject: Re: Your order\r\n"
        "Message-ID: <a1@customer.example>\r\n"
        f"In-Reply-To: <{outgoing.message.message_id}>\r\n\r\n{text}\r\n"
    ).encode()


def test_copy_of_our_own_mail_in_a_mailbox_proves_that_the_server_took_it(unknown, arrive):
    result = arrive(read(unknown.file), unknown.mailbox)
    assert result.outcome == "ignored"
    assert fate(unknown) == ("accepted", {"carla": "accepted", "dario": "accepted"})
    assert events_of(unknown) == ["message.unknown", "message.accepted"]
    arrive(read(unknown.file), unknown.mailbox)
    assert events_of(unknown) == ["message.unknown", "message.accepted"]
    assert Message.objects.count() == 1


def test_answer_proves_that_it_arrived(unknown, arrive):
    arrive(answer_to(unknown, "carla@customer.example"), unknown.mailbox)
    assert fate(unknown)[0] == "delivered"


@pytest.mark.parametrize("kind", ["copy", "answer"])
def test_evidence_that_comes_before_anybody_knows_of_the_dead_worker_is_not_lost(write, arrive, monkeypatch, kind):
    with smtp_peer() as peer:
        outgoing = write(peer)
        with monkeypatch.context() as patch:
            kill_at(patch, "_settle")
            with pytest.raises(WorkerKilled):
                send(outgoing.pk)
        mail = read(outgoing.file) if kind == "copy" else answer_to(outgoing, "carla@customer.example")
        arrive(mail, outgoing.mailbox)
        rescue()
        send(outgoing.pk)
        assert len(peer.taken) == 1
    assert fate(outgoing)[0] == {"copy": "accepted", "answer": "delivered"}[kind]


def test_evidence_of_an_earlier_attempt_proves_nothing_for_a_later_one(write, arrive):
    with smtp_peer(**{"RCPT dario@customer.example": "450 4.2.0 greylisted"}) as peer:
        outgoing = write(peer, to=[CARLA, DARIO])
        send(outgoing.pk)
        del peer.answers["RCPT dario@customer.example"]
        peer.answers["dot"] = HANG_UP
        is_due(outgoing)
        send(outgoing.pk)
    assert fate(outgoing) == ("unknown", {"carla": "accepted", "dario": "unknown"})
    arrive(read(outgoing.file), outgoing.mailbox)
    arrive(answer_to(outgoing, "carla@customer.example"), outgoing.mailbox)
    assert fate(outgoing) == ("unknown", {"carla": "accepted", "dario": "unknown"})
    again = answer_to(outgoing, "Dario@customer.example", "Yes").replace(b"a1@", b"a2@")
    arrive(again, outgoing.mailbox)
    assert fate(outgoing) == ("accepted", {"carla": "accepted", "dario": "delivered"})


def test_person_says_that_it_arrived(unknown, cast):
    confirm_arrival(unknown, who="Marco Reale", actor=Actor.human(cast.marco))
    assert fate(unknown) == ("delivered", {"carla": "delivered", "dario": "delivered"})
    assert "Marco Reale" in unknown.recipients.first().answer
    assert events_of(unknown) == ["message.unknown", "message.delivered"]
    for decide in (confirm_arrival, forget_message):
        with pytest.raises(Refusal, match="known by now"):
            decide(unknown, who="Marco", actor=Actor.human(cast.marco))
    with pytest.raises(Refusal, match="reached everybody"):
        send_again(unknown, actor=Actor.human(cast.marco))


def test_person_lets_it_be_and_may_change_their_mind(unknown, cast):
    forget_message(unknown, who="Marco Reale", actor=Actor.human(cast.marco))
    unknown.refresh_from_db()
    assert (unknown.state, unknown.is_put_aside) == ("failed", True)
    rescue()
    send(unknown.pk)
    assert fate(unknown)[0] == "failed"
    with smtp_peer() as peer:
        unknown.mailbox.smtp_port = peer.port
        unknown.mailbox.save()
        send_again(unknown, actor=Actor.human(cast.marco))
        send(unknown.pk)
        assert len(peer.taken) == 1
    assert fate(unknown)[0] == "accepted"
    assert Arrival.objects.count() == 0
