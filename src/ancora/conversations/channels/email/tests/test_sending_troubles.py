"""Servers that refuse some, break off, answer nonsense: nobody gets a mail twice, nobody is forgotten."""

from datetime import timedelta

import pytest

from ancora.conversations.channels.email import smtp
from ancora.conversations.channels.email.tests.outbox import CARLA, DARIO, events_of, fate, is_due
from ancora.conversations.channels.email.tests.smtp_peer import HANG_UP, smtp_peer
from ancora.conversations.commands import queue_reply
from ancora.conversations.commands.rescue import rescue
from ancora.conversations.commands.send import send
from ancora.conversations.models import Conversation, Outgoing
from ancora.platform.files.store import store

ELSA = ("Elsa", "elsa@customer.example")


def envelopes(peer) -> list[list[str]]:
    return [[address.partition("@")[0] for address in recipients] for recipients, _text in peer.taken]


def test_taken_put_off_and_refused_each_have_their_own_fate(write):
    manners = {"RCPT dario@customer.example": "450 4.2.0 greylisted", "RCPT elsa@customer.example": "550 5.1.1 unknown"}
    with smtp_peer(**manners) as peer:
        outgoing = write(peer, to=[CARLA, DARIO, ELSA])
        send(outgoing.pk)
        assert fate(outgoing) == ("queued", {"carla": "accepted", "dario": "queued", "elsa": "failed"})
        assert outgoing.recipients.get(address=DARIO[1]).answer == "450 4.2.0 greylisted"
        outgoing.refresh_from_db()
        assert outgoing.waits_for == "recipient"
        peer.answers["RCPT dario@customer.example"] = "250 fine"
        is_due(outgoing)
        send(outgoing.pk)
    assert fate(outgoing) == ("accepted", {"carla": "accepted", "dario": "accepted", "elsa": "failed"})
    assert envelopes(peer) == [["carla"], ["dario"]]
    assert events_of(outgoing) == ["message.delayed", "message.accepted"]


def test_only_those_whose_rcpt_was_accepted_are_unknown_and_the_others_are_tried_again(write):
    with smtp_peer(**{"RCPT dario@customer.example": "450 4.2.0 greylisted", "dot": HANG_UP}) as peer:
        outgoing = write(peer, to=[CARLA, DARIO])
        send(outgoing.pk)
        assert fate(outgoing) == ("queued", {"carla": "unknown", "dario": "queued"})
        del peer.answers["RCPT dario@customer.example"]
        peer.answers["dot"] = "250 fine"
        is_due(outgoing)
        send(outgoing.pk)
    assert fate(outgoing) == ("unknown", {"carla": "unknown", "dario": "accepted"})
    assert envelopes(peer) == [["dario"]]


def test_worker_dead_after_data_leaves_the_refused_ones_as_they_are(write, monkeypatch):
    from ancora.conversations.channels.email.tests.test_dead_workers import WorkerKilled, kill_at

    with smtp_peer(**{"RCPT dario@customer.example": "450 4.2.0 greylisted"}) as peer:
        outgoing = write(peer, to=[CARLA, DARIO])
        with monkeypatch.context() as patch:
            kill_at(patch, "_settle")
            with pytest.raises(WorkerKilled):
                send(outgoing.pk)
        rescue()
    assert fate(outgoing) == ("queued", {"carla": "unknown", "dario": "queued"})


def test_living_worker_that_was_taken_for_dead_knows_better(write, monkeypatch):
    from ancora.conversations.commands import send as sending

    settle = sending._settle

    def late(attempt, ending) -> None:
        # Its session was lost meanwhile: somebody else wrote that nobody knows.
        monkeypatch.setattr(sending, "_settle", settle)
        outgoing = Outgoing.objects.get(pk=attempt.outgoing_id)
        sending.outcome.recover(outgoing)
        assert fate(outgoing)[0] == "unknown"
        settle(attempt, ending)

    with smtp_peer() as peer:
        outgoing = write(peer)
        monkeypatch.setattr(sending, "_settle", late)
        monkeypatch.setattr(sending.outcome, "publish", lambda *_arguments, **_options: None)
        send(outgoing.pk)
    assert fate(outgoing) == ("accepted", {"carla": "accepted"})


def test_server_that_says_good_bye_in_the_middle_has_nothing_and_gets_all(write):
    manners = {"RCPT dario@customer.example": "421 4.3.2 shutting down", "RCPT elsa@customer.example": HANG_UP}
    with smtp_peer(**manners) as peer:
        outgoing = write(peer, to=[CARLA, DARIO, ELSA])
        send(outgoing.pk)
        assert fate(outgoing) == ("queued", {"carla": "queued", "dario": "queued", "elsa": "queued"})
        for step in manners:
            del peer.answers[step]
        is_due(outgoing)
        send(outgoing.pk)
    assert fate(outgoing)[0] == "accepted"
    assert envelopes(peer) == [["carla", "dario", "elsa"]]


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "dot"])
def test_server_closing_with_421_is_tried_again_and_not_doubled(write, step):
    with smtp_peer(**{step: "421 4.7.0 too busy"}) as peer:
        outgoing = write(peer)
        send(outgoing.pk)
        assert fate(outgoing) == ("queued", {"carla": "queued"})
        peer.answers[step] = {"DATA": "354 go"}.get(step, "250 fine")
        is_due(outgoing)
        send(outgoing.pk)
    assert fate(outgoing)[0] == "accepted"
    assert envelopes(peer) == [["carla"]]


def test_answers_of_several_lines_are_one_answer(write):
    dot = "250-2.1.5 <carla@customer.example> saved\r\n250 2.1.5 <dario@customer.example> saved"
    with smtp_peer(EHLO="250-peer.example\r\n250-PIPELINING\r\n250 8BITMIME", dot=dot) as peer:
        outgoing = write(peer, to=[CARLA, DARIO])
        send(outgoing.pk)
    assert fate(outgoing) == ("accepted", {"carla": "accepted", "dario": "accepted"})
    assert "carla@customer.example> saved" in outgoing.recipients.first().answer


def test_server_that_hangs_up_instead_of_saying_good_bye_has_the_mail(write):
    with smtp_peer(QUIT=HANG_UP) as peer:
        outgoing = write(peer)
        send(outgoing.pk)
    assert fate(outgoing)[0] == "accepted"


@pytest.mark.parametrize("nonsense", ["250 fine", "334 VXNlcm5hbWU6", "999 what", "hello"])
def test_nonsense_in_answer_to_data_sends_nothing_and_is_no_success(write, nonsense):
    with smtp_peer(DATA=nonsense) as peer:
        outgoing = write(peer)
        send(outgoing.pk)
    assert fate(outgoing) == ("queued", {"carla": "queued"})
    assert peer.taken == []


@pytest.mark.parametrize("nonsense", ["354 go on", "hello", "150 wait"])
def test_nonsense_in_answer_to_the_text_is_unknown(write, nonsense):
    with smtp_peer(dot=nonsense) as peer:
        outgoing = write(peer)
        send(outgoing.pk)
    assert fate(outgoing)[0] == "unknown"


def test_all_refused_only_when_the_text_should_come(write):
    with smtp_peer(DATA="554 5.5.1 no valid recipients") as peer:
        outgoing = write(peer, to=[CARLA, DARIO])
        send(outgoing.pk)
    assert fate(outgoing) == ("failed", {"carla": "failed", "dario": "failed"})


def test_large_mail_over_a_slow_line_is_sent(write, monkeypatch):
    """The limit is for a piece, not for the whole mail."""
    import socket
    import threading
    import time

    monkeypatch.setattr(smtp, "COMMAND_SECONDS", 1)
    listener, taken = socket.create_server(("127.0.0.1", 0)), []
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)

    def serve() -> None:
        link, _ = listener.accept()
        with link:
            link.sendall(b"220 slow\r\n")
            text = b""
            while not text.endswith(b"DATA\r\n"):
                text += link.recv(4096)
                if text.endswith(b"\r\n") and not text.endswith(b"DATA\r\n"):
                    link.sendall(b"250 fine\r\n")
            link.sendall(b"354 go\r\n")
            text = b""
            while not text.endswith(b"\r\n.\r\n"):
                text += link.recv(65_536)
                time.sleep(0.02)
            taken.append(len(text))
            link.sendall(b"250 taken\r\n")
            link.recv(100)

    threading.Thread(target=serve, daemon=True).start()
    port = listener.getsockname()[1]
    outgoing = write(type("Peer", (), {"port": port}))
    outgoing.file = store(b"Subject: large\r\n\r\n" + b"many words\r\n" * 800_000)
    outgoing.save()
    started = time.monotonic()
    send(outgoing.pk)
    listener.close()
    assert fate(outgoing)[0] == "accepted"
    assert taken[0] > 9_000_000
    assert time.monotonic() - started > 1


def test_later_message_to_two_goes_at_once_to_the_one_who_waits_for_nothing(write, cast):
    with smtp_peer(**{"RCPT carla@customer.example": "450 4.2.0 greylisted"}) as peer:
        first = write(peer)
        conversation = Conversation.objects.get()
        second = queue_reply(conversation, html="<p>More.</p>", to=[CARLA, DARIO], author=cast.marco).outgoing
        send(first.pk)
        send(second.pk)
        assert fate(second) == ("queued", {"carla": "queued", "dario": "accepted"})
        second.refresh_from_db()
        assert second.waits_for == "earlier"
        del peer.answers["RCPT carla@customer.example"]
        is_due(first)
        send(first.pk)
        send(second.pk)
    assert fate(second) == ("accepted", {"carla": "accepted", "dario": "accepted"})
    assert envelopes(peer) == [["dario"], ["carla"], ["carla"]]
    assert b"on its way" in peer.taken[1][1]


def test_bounce_of_one_does_not_stop_the_others(write):
    from ancora.conversations.channels.email.parsing import parse
    from ancora.conversations.commands import settle_bounce

    with smtp_peer(**{"RCPT dario@customer.example": "450 4.2.0 greylisted"}) as peer:
        outgoing = write(peer, to=[CARLA, DARIO])
        send(outgoing.pk)
        settle_bounce(parse(report(outgoing, "carla@customer.example")))
        assert fate(outgoing) == ("queued", {"carla": "bounced", "dario": "queued"})
        del peer.answers["RCPT dario@customer.example"]
        is_due(outgoing)
        send(outgoing.pk)
    assert fate(outgoing) == ("bounced", {"carla": "bounced", "dario": "accepted"})


def report(outgoing, address: str) -> bytes:
    """A delivery report about one recipient."""
    return (
        "From: MAILER-DAEMON@customer.example\r\nTo: support@shop.example\r\nSubject: Undelivered\r\n"
        "Return-Path: <>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nIt came back.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; customer.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{outgoing.message.message_id}>\r\n\r\nx\r\n--b--\r\n"
    ).encode()


def test_waits_are_not_all_the_same(write):
    waits = set()
    with smtp_peer(RCPT="450 4.2.0 greylisted") as peer:
        for _number in range(3):
            outgoing = write(peer)
            send(outgoing.pk)
            outgoing.refresh_from_db()
            waits.add(round((outgoing.next_at - outgoing.tried_at) / timedelta(seconds=0.1)))
    assert len(waits) > 1
