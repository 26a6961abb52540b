"""Every answer is sent once, or still queued, or honestly unknown until evidence settles it."""

from datetime import timedelta

import pytest
from django.db import connection

from ancora.conversations.channels.email.tests.outbox import CARLA, DARIO, events_of, fate, is_due, jobs_for
from ancora.conversations.channels.email.tests.smtp_peer import HANG_UP, SmtpPeer, smtp_peer
from ancora.conversations.commands import queue_reply
from ancora.conversations.commands.rescue import rescue
from ancora.conversations.commands.send import send
from ancora.conversations.commands.write import Upload
from ancora.conversations.models import Conversation, Mailbox, Outgoing
from ancora.platform import clock
from ancora.platform.files.store import StorageFull
from ancora.testing.failures.letters import letter, report
from ancora.testing.threads import Aside

pytestmark = pytest.mark.usefixtures("nothing_half_written")


def killed_after_the_text(outgoing) -> None:
    """What a worker leaves that died after DATA, before anybody noticed."""
    Outgoing.objects.filter(pk=outgoing.pk).update(state="sending", attempts=1, data_begun_at=clock.now())
    outgoing.recipients.update(state="sending")


def answer_to(outgoing, sender: str = CARLA[1], **headers):
    return letter("Re: Your order", sender=sender, In_Reply_To=f"<{outgoing.message.message_id}>", **headers)


def test_answer_that_comes_before_the_death_of_the_worker_is_noticed_settles_it_all_the_same(write, arrive):
    """An absence note comes within seconds, the look for dead workers each minute."""
    with smtp_peer() as peer:
        outgoing = write(peer)
        killed_after_the_text(outgoing)
        arrive(answer_to(outgoing, Auto_Submitted="auto-replied"))
        rescue()
        send(outgoing.pk)
    assert fate(outgoing) == ("delivered", {"carla": "delivered"})
    assert events_of(outgoing) == ["message.delivered"]
    assert peer.taken == []


def test_bounce_that_comes_before_the_death_of_the_worker_is_noticed_leaves_nobody_waiting(write, arrive):
    with smtp_peer() as peer:
        outgoing = write(peer, to=[CARLA, DARIO])
        killed_after_the_text(outgoing)
        arrive(report(outgoing.message.message_id, DARIO[1]))
        rescue()
        # What came back for one was taken for both.
        assert fate(outgoing) == ("bounced", {"carla": "accepted", "dario": "bounced"})


def test_bounce_quicker_than_the_note_that_it_was_sent(write, arrive):
    """A server may report one recipient before it has answered for both."""
    with smtp_peer() as peer:
        outgoing = write(peer, to=[CARLA, DARIO])
        bounce = report(outgoing.message.message_id, DARIO[1])
        peer.answers["dot"] = lambda: Aside(arrive, bounce).result() and "250 fine"
        send(outgoing.pk)
    assert fate(outgoing) == ("bounced", {"carla": "accepted", "dario": "bounced"})
    assert events_of(outgoing) == ["message.bounced"]


def test_answer_quicker_than_the_note_that_it_was_sent(write, arrive):
    with smtp_peer() as peer:
        outgoing = write(peer)
        peer.answers["dot"] = lambda: Aside(arrive, answer_to(outgoing)).result() and HANG_UP
        send(outgoing.pk)
    assert fate(outgoing) == ("delivered", {"carla": "delivered"})


def test_bounce_of_one_does_not_keep_the_mail_from_another_who_still_waits(write, arrive):
    answers = iter(["451 4.7.1 come back later", "250 fine"])
    with smtp_peer(**{"RCPT dario@customer.example": lambda: next(answers)}) as peer:
        outgoing = write(peer, to=[CARLA, DARIO])
        send(outgoing.pk)
        arrive(report(outgoing.message.message_id, CARLA[1]))
        assert fate(outgoing) == ("queued", {"carla": "bounced", "dario": "queued"})
        is_due(outgoing)
        send(outgoing.pk)
    assert fate(outgoing) == ("bounced", {"carla": "bounced", "dario": "accepted"})
    assert [recipients for recipients, _ in peer.taken] == [[CARLA[1]], [DARIO[1]]]


def test_bounce_of_one_proves_that_the_other_was_taken(write, arrive):
    with smtp_peer(dot=HANG_UP) as peer:
        outgoing = write(peer, to=[CARLA, DARIO])
        send(outgoing.pk)
        assert fate(outgoing)[0] == "unknown"
        arrive(report(outgoing.message.message_id, DARIO[1]))
    assert fate(outgoing) == ("bounced", {"carla": "accepted", "dario": "bounced"})


def test_answer_to_an_earlier_copy_proves_nothing_of_a_later_one(write, arrive):
    answers = iter(["451 4.7.1 come back later", "250 fine"])
    with smtp_peer(**{"RCPT dario@customer.example": lambda: next(answers)}) as peer:
        outgoing = write(peer, to=[CARLA, DARIO])
        send(outgoing.pk)
        is_due(outgoing)
        peer.answers["dot"] = HANG_UP
        send(outgoing.pk)
        arrive(answer_to(outgoing))
        assert fate(outgoing) == ("unknown", {"carla": "accepted", "dario": "unknown"})
        arrive(answer_to(outgoing, DARIO[1]))
    # Delivered to both it is not said to be.
    assert fate(outgoing) == ("accepted", {"carla": "accepted", "dario": "delivered"})


def test_answer_of_a_mailbox_whose_password_cannot_be_read_waits_and_says_why(write):
    """As after a restore under another key: until the password is typed anew nothing is lost, and nobody wonders."""
    with smtp_peer() as peer:
        outgoing = write(peer)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE conversations_mailbox SET smtp_password = 'of-another-key', smtp_user = 'shop'")
        send(outgoing.pk)
        outgoing.refresh_from_db()
        assert (outgoing.state, jobs_for(outgoing)) == ("queued", 2)
        assert "Type the password anew" in outgoing.error
        Mailbox.objects.update(smtp_password="", smtp_user="")
        is_due(outgoing)
        send(outgoing.pk)
    assert fate(outgoing)[0] == "accepted"


def test_server_away_for_three_days_and_back(write):
    """CW #10429, #9234, of the way out: what was written in those days goes out once, in its order."""
    with smtp_peer() as peer:
        port = peer.port
    with clock.at(clock.now() - timedelta(days=2, hours=23)):
        outgoing = write(peer)
    later = queue_reply(Conversation.objects.get(), html="<p>More.</p>", to=[CARLA], author=outgoing.message.author)
    send(outgoing.pk)
    send(later.outgoing.pk)
    assert "refuses connections" in Outgoing.objects.get(pk=outgoing.pk).error
    back = SmtpPeer(port=port)
    try:
        for one in (outgoing, later.outgoing):
            is_due(one)
            send(one.pk)
        assert [b"More." in text for _recipients, text in back.taken] == [False, True]
    finally:
        back.close()
    assert fate(outgoing)[0] == fate(later.outgoing)[0] == "accepted"


def test_disk_full_while_an_answer_is_written_leaves_nothing_and_it_is_sent_when_there_is_room(write, small_disk):
    """FS #4899: the agent reads that the disk is full; what was typed is still in the browser."""
    with smtp_peer() as peer:
        outgoing = write(peer)
        conversation, author = Conversation.objects.get(), outgoing.message.author
        file = Upload("a.png", "image/png", bytes(range(256)) * 1000)
        with small_disk(100_000) as grow:
            with pytest.raises(StorageFull):
                queue_reply(conversation, html="<p>Look</p>", to=[CARLA], author=author, files=[file])
            assert Outgoing.objects.count() == 1
            grow()
            sent = queue_reply(conversation, html="<p>Look</p>", to=[CARLA], author=author, files=[file]).outgoing
            Outgoing.objects.filter(pk=outgoing.pk).update(state="accepted")
            outgoing.recipients.update(state="accepted")
            send(sent.pk)
        assert len(peer.taken) == 1
