"""What goes out is sent once, or honestly not, or honestly unknown."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from ancora.conversations.channels.email.tests.smtp_peer import HANG_UP, smtp_peer
from ancora.conversations.commands import send as sending
from ancora.conversations.commands import start_conversation
from ancora.conversations.commands.rescue import rescue
from ancora.conversations.commands.send import alive, send
from ancora.conversations.commands.send_again import send_again
from ancora.conversations.models import Mailbox, Outgoing
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor

CARLA = ("Carla Riva", "carla@customer.example")
DARIO = ("Dario", "dario@customer.example")


class WorkerKilled(BaseException):
    """Ends a worker as abruptly as a test can within one process."""


@pytest.fixture
def write(cast):
    """`write(peer, to)`: a new mail that waits to be sent through `peer`."""

    def start(peer, to=(CARLA,), **options) -> Outgoing:
        box, _ = Mailbox.objects.update_or_create(
            address="support@shop.example",
            defaults={"name": "Shop", "smtp_host": "127.0.0.1", "smtp_port": peer.port, "smtp_security": "none"},
        )
        message = start_conversation(
            box, to=list(to), subject="Your order", html="<p>It is on its way.</p>", author=cast.marco, **options
        )
        return message.outgoing

    return start


def fate(outgoing: Outgoing) -> tuple[str, dict[str, str]]:
    outgoing = Outgoing.objects.get(pk=outgoing.pk)
    return outgoing.state, {one.address.partition("@")[0]: one.state for one in outgoing.recipients.all()}


def events_of(outgoing: Outgoing) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.type FROM event e JOIN event_object o ON o.event_id = e.id AND o.recorded_at = e.recorded_at"
            " WHERE o.object_type = 'message' AND o.object_id = %s AND e.type <> 'message.queued' ORDER BY e.id",
            [outgoing.message_id],
        )
        return [kind for (kind,) in cursor.fetchall()]


def jobs_for(outgoing: Outgoing) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE args ->> 'outgoing_id' = %s AND status = 'todo'",
            [str(outgoing.pk)],
        )
        return cursor.fetchone()[0]


def is_due(outgoing: Outgoing) -> None:
    Outgoing.objects.filter(pk=outgoing.pk).update(next_at=clock.now())


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
        from ancora.platform.files.store import store

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
            from ancora.platform.files.store import store

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
    outgoing.refresh_from_db()
    assert outgoing.state == "failed"
    assert "three days" in outgoing.error
    assert "greylisted" in outgoing.error


def test_waits_grow_to_four_hours(write):
    with smtp_peer(RCPT="450 4.2.0 greylisted") as peer:
        with clock.at(clock.now() - timedelta(hours=9)):
            outgoing = write(peer)
        send(outgoing.pk)
    outgoing.refresh_from_db()
    assert timedelta(hours=3, minutes=59) < outgoing.next_at - clock.now() <= timedelta(hours=4)


def kill_at(monkeypatch, name: str) -> None:
    def die(*_arguments) -> None:
        raise WorkerKilled

    monkeypatch.setattr(sending, name, die)


def test_worker_killed_before_data_is_queued_again_and_sent_once(write, monkeypatch):
    with smtp_peer() as peer:
        outgoing = write(peer)
        with monkeypatch.context() as patch:
            kill_at(patch, "_mark_data_begun")
            with pytest.raises(WorkerKilled):
                send(outgoing.pk)
        assert fate(outgoing)[0] == "sending"
        rescue()
        assert fate(outgoing) == ("queued", {"carla": "queued"})
        send(outgoing.pk)
        assert fate(outgoing)[0] == "accepted"
        assert len(peer.taken) == 1


def test_worker_killed_after_data_began_is_unknown(write, monkeypatch):
    with smtp_peer() as peer:
        outgoing = write(peer)
        with monkeypatch.context() as patch:
            kill_at(patch, "_settle")
            with pytest.raises(WorkerKilled):
                send(outgoing.pk)
        assert (fate(outgoing)[0], len(peer.taken)) == ("sending", 1)
        rescue()
        assert fate(outgoing) == ("unknown", {"carla": "unknown"})
        send(outgoing.pk)
        assert len(peer.taken) == 1


def test_message_of_a_living_worker_is_left_alone(write):
    with smtp_peer() as peer:
        outgoing = write(peer)
        Outgoing.objects.filter(pk=outgoing.pk).update(state="sending", attempts=1)
        held, done = threading.Event(), threading.Event()

        def live() -> None:
            with alive(outgoing.pk):
                held.set()
                done.wait(10)
            connection.close()

        worker = threading.Thread(target=live)
        worker.start()
        held.wait(10)
        rescue()
        send(outgoing.pk)
        assert fate(outgoing)[0] == "sending"
        done.set()
        worker.join()
        rescue()
        assert fate(outgoing)[0] == "queued"
        assert peer.steps == []


def test_worker_taken_for_dead_does_not_begin_the_text(write, monkeypatch):
    with smtp_peer() as peer:
        outgoing = write(peer)
        begin = sending._mark_data_begun

        def overtaken(attempt) -> None:
            # What another worker does when this one's session was lost.
            Outgoing.objects.filter(pk=outgoing.pk).update(state="sending", attempts=attempt.number + 1)
            begin(attempt)

        monkeypatch.setattr(sending, "_mark_data_begun", overtaken)
        send(outgoing.pk)
        assert peer.taken == []
        assert fate(outgoing)[0] == "sending"


def test_queued_message_without_a_job_gets_one(write):
    with smtp_peer() as peer:
        outgoing = write(peer)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
        Outgoing.objects.filter(pk=outgoing.pk).update(next_at=clock.now() - timedelta(minutes=1))
        rescue()
        rescue()
        assert jobs_for(outgoing) == 1


def test_job_of_a_dead_worker_runs_again(write):
    with smtp_peer() as peer:
        outgoing = write(peer)
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing',"
                " worker_id = (SELECT max(id) FROM procrastinate_workers)"
            )
        rescue()
        assert jobs_for(outgoing) == 1


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


def test_mailbox_without_server_says_so(write):
    with smtp_peer() as peer:
        outgoing = write(peer)
    Mailbox.objects.update(smtp_host="")
    send(outgoing.pk)
    outgoing.refresh_from_db()
    assert outgoing.state == "failed"
    assert "no server for outgoing mail" in outgoing.error
