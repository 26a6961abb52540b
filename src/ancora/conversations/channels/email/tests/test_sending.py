"""What goes out is sent once, or honestly not, or honestly unknown."""

from datetime import timedelta

import pytest

from ancora.conversations.channels.email.tests.outbox import CARLA, DARIO, events_of, fate, is_due, jobs_for
from ancora.conversations.channels.email.tests.smtp_peer import HANG_UP, smtp_peer
from ancora.conversations.commands.rescue import rescue
from ancora.conversations.commands.send import send
from ancora.conversations.commands.send_again import send_again
from ancora.conversations.models import Mailbox, Outgoing
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.queries import events_about
from ancora.platform.files.store import store


def test_accepted_mail_is_sent_once_however_often_the_job_runs(write):
    with smtp_peer() as peer:
        outgoing = write(peer, to=[CARLA], bcc=[DARIO])
        send(outgoing.pk)
        send(outgoing.pk)
        rescue()
        send(outgoing.pk)
    assert fate(outgoing) == ("accepted", {"carla": "accepted", "dario": "accepted"})
    [(recipients, text)] = peer.taken
    assert recipients == ["carla@customer.example", "dario@customer.example"]
    assert b"dario" not in text
    assert events_of(outgoing) == ["message.accepted"]
    assert outgoing.recipients.get(kind="to").answer == "250 2.0.0 taken as 4711"


def test_text_that_begins_with_dots_arrives_as_written(write):
    with smtp_peer() as peer:
        outgoing = write(peer)
        outgoing.file = store(b"Subject: dots\r\n\r\n.\r\n..two\r\nend")
        outgoing.save()
        send(outgoing.pk)
    assert peer.taken[0][1] == b"Subject: dots\r\n\r\n.\r\n..two\r\nend\r\n"


def test_refused_recipient_fails_with_the_words_of_the_server(write):
    with smtp_peer(RCPT="550 5.1.1 no such user here") as peer:
        outgoing = write(peer)
        send(outgoing.pk)
    assert fate(outgoing) == ("failed", {"carla": "failed"})
    outgoing.refresh_from_db()
    assert "550 5.1.1 no such user here" in outgoing.error
    assert peer.taken == []
    assert "DATA" not in peer.steps
    assert events_of(outgoing) == ["message.failed"]
    assert jobs_for(outgoing) == 1  # the first one; nothing more


def test_one_of_two_recipients_refused_the_other_gets_the_mail(write):
    with smtp_peer(**{"RCPT dario@customer.example": "550 5.1.1 unknown"}) as peer:
        outgoing = write(peer, to=[CARLA, DARIO])
        send(outgoing.pk)
    assert fate(outgoing) == ("accepted", {"carla": "accepted", "dario": "failed"})
    assert peer.taken[0][0] == ["carla@customer.example"]
    assert outgoing.recipients.get(address=DARIO[1]).answer == "550 5.1.1 unknown"


def test_one_of_two_told_to_wait_gets_the_mail_later_and_alone(write):
    answers = iter(["451 4.7.1 come back later", "250 fine"])
    with smtp_peer(**{"RCPT dario@customer.example": lambda: next(answers)}) as peer:
        outgoing = write(peer, to=[CARLA, DARIO])
        send(outgoing.pk)
        assert fate(outgoing) == ("queued", {"carla": "accepted", "dario": "queued"})
        is_due(outgoing)
        send(outgoing.pk)
    assert fate(outgoing) == ("accepted", {"carla": "accepted", "dario": "accepted"})
    assert [recipients for recipients, _ in peer.taken] == [["carla@customer.example"], ["dario@customer.example"]]


@pytest.mark.parametrize("step", ["greeting", "MAIL", "RCPT", "DATA", "dot"])
def test_temporary_refusal_is_tried_again_later(write, step):
    with smtp_peer(**{step: "451 4.3.0 not now"}) as peer:
        outgoing = write(peer)
        send(outgoing.pk)
        outgoing.refresh_from_db()
        assert outgoing.state == "queued"
        assert "not now" in outgoing.error
        assert outgoing.data_begun_at is None
        assert timedelta(seconds=50) < outgoing.next_at - clock.now() <= timedelta(minutes=1)
        assert jobs_for(outgoing) == 2
        send(outgoing.pk)
        assert peer.steps.count("greeting") == 1  # not before its time
        peer.answers[step] = {"greeting": "220 hi", "DATA": "354 go"}.get(step, "250 fine")
        is_due(outgoing)
        send(outgoing.pk)
    assert fate(outgoing)[0] == "accepted"
    assert len(peer.taken) == 1


@pytest.mark.parametrize("step", ["MAIL", "DATA", "dot"])
def test_final_refusal_is_not_tried_again(write, step):
    with smtp_peer(**{step: "554 5.7.1 we do not want this"}) as peer:
        outgoing = write(peer)
        send(outgoing.pk)
    outgoing.refresh_from_db()
    assert (outgoing.state, peer.taken) == ("failed", [])
    assert "we do not want this" in outgoing.error


@pytest.mark.parametrize("step", ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "text"])
def test_connection_cut_before_the_text_was_whole_is_tried_again(write, step):
    with smtp_peer(**{step: HANG_UP}) as peer:
        outgoing = write(peer)
        if step == "text":
            # More than the buffers of both sides hold: the sender notices before its final dot.
            outgoing.file = store(b"Subject: long\r\n\r\n" + b"many words\r\n" * 3_000_000)
            outgoing.save()
        send(outgoing.pk)
    assert fate(outgoing) == ("queued", {"carla": "queued"})
    assert Outgoing.objects.get().error.startswith("127.0.0.1 closed the connection") or step == "text"


def test_connection_cut_after_the_text_is_unknown_and_never_tried_again(write):
    with smtp_peer(dot=HANG_UP) as peer:
        outgoing = write(peer)
        send(outgoing.pk)
        assert fate(outgoing) == ("unknown", {"carla": "unknown"})
        is_due(outgoing)
        rescue()
        send(outgoing.pk)
        assert fate(outgoing)[0] == "unknown"
        assert peer.steps.count("DATA") == 1
        assert events_of(outgoing) == ["message.unknown"]


def test_nobody_listens_then_the_server_is_back(write):
    with smtp_peer() as peer:
        outgoing = write(peer)
    send(outgoing.pk)
    outgoing.refresh_from_db()
    assert outgoing.state == "queued"
    assert "refuses connections" in outgoing.error


def test_after_three_days_it_is_given_up(write):
    with smtp_peer(RCPT="450 4.2.0 greylisted") as peer:
        with clock.at(clock.now() - timedelta(days=3, hours=1)):
            outgoing = write(peer)
            send(outgoing.pk)
        is_due(outgoing)
        send(outgoing.pk)
    outgoing.refresh_from_db()
    assert outgoing.state == "failed"
    assert "three days" in outgoing.error
    assert "greylisted" in outgoing.error


def test_waits_grow_to_four_hours(write):
    with smtp_peer(RCPT="450 4.2.0 greylisted") as peer:
        with clock.at(clock.now() - timedelta(hours=9)):
            outgoing = write(peer)
            send(outgoing.pk)
        is_due(outgoing)
        send(outgoing.pk)
    outgoing.refresh_from_db()
    assert timedelta(hours=3, minutes=20) < outgoing.next_at - clock.now() <= timedelta(hours=4)


def test_later_message_of_a_conversation_waits_for_the_earlier_one(write, cast):
    from ancora.conversations.commands import queue_reply
    from ancora.conversations.models import Conversation

    with smtp_peer(RCPT="450 4.2.0 greylisted") as peer:
        first = write(peer)
        conversation = Conversation.objects.get()
        second = queue_reply(conversation, html="<p>More.</p>", to=[CARLA], author=cast.marco).outgoing
        other = queue_reply(conversation, html="<p>Else.</p>", to=[DARIO], author=cast.marco).outgoing
        send(first.pk)
        peer.answers["RCPT"] = "250 fine"
        send(second.pk)
        assert fate(second)[0] == "queued"
        send(other.pk)
        assert fate(other)[0] == "accepted"
        is_due(first)
        send(first.pk)
        send(second.pk)
    assert fate(second)[0] == "accepted"
    assert [recipients[0] for recipients, _ in peer.taken] == [DARIO[1], CARLA[1], CARLA[1]]
    assert b"on its way" in peer.taken[1][1]


def test_sent_again_by_hand_only_to_those_it_did_not_reach(write, cast):
    with smtp_peer(**{"RCPT dario@customer.example": "550 5.1.1 unknown"}) as peer:
        outgoing = write(peer, to=[CARLA, DARIO])
        send(outgoing.pk)
        del peer.answers["RCPT dario@customer.example"]
        send_again(outgoing, actor=Actor.human(cast.marco))
        send(outgoing.pk)
        assert [recipients for recipients, _ in peer.taken] == [[CARLA[1]], [DARIO[1]]]
        assert fate(outgoing)[0] == "accepted"
        with pytest.raises(Refusal):
            send_again(outgoing, actor=Actor.human(cast.marco))
    assert events_of(outgoing) == ["message.accepted", "message.retried", "message.accepted"]


def test_partly_is_said_each_time_also_where_the_others_have_it_for_sure(write, cast):
    with smtp_peer(**{"RCPT dario@customer.example": "550 5.1.1 unknown"}) as peer:
        outgoing = write(peer, to=[CARLA, DARIO])
        send(outgoing.pk)
        outgoing.recipients.filter(address=CARLA[1]).update(state="delivered")
        send_again(outgoing, actor=Actor.human(cast.marco))
        send(outgoing.pk)
    ends = events_about("message", outgoing.message_id, types=["message.accepted"])
    assert [one.attrs["reason"] for one in ends] == ["partly", "partly"]


def test_mailbox_without_server_says_so(write):
    with smtp_peer() as peer:
        outgoing = write(peer)
    Mailbox.objects.update(smtp_host="")
    send(outgoing.pk)
    outgoing.refresh_from_db()
    assert outgoing.state == "failed"
    assert "no server for outgoing mail" in outgoing.error
