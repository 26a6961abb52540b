"""A mailbox keeps to its rate, a server in trouble is asked by one, and what waits goes when the way is free."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from ancora.conversations.channels.email.tests.outbox import CARLA, events_of, fate, is_due, jobs_for
from ancora.conversations.channels.email.tests.smtp_peer import smtp_peer
from ancora.conversations.commands.mailboxes import save_mailbox
from ancora.conversations.commands.send import send
from ancora.conversations.commands.send_again import send_again
from ancora.conversations.models import Mailbox, Outgoing, Outlet
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM, Actor


@pytest.fixture
def letters(write):
    """`letters(peer, count)`: that many mails to as many people, each in a conversation of its own."""

    def put(peer, count):
        return [write(peer, to=[(f"No {n}", f"no{n}@customer.example")]) for n in range(count)]

    return put


def states(outgoing: list[Outgoing]) -> list[str]:
    return [fate(one)[0] for one in outgoing]


def waits_for(outgoing: Outgoing) -> str:
    return Outgoing.objects.values_list("waits_for", flat=True).get(pk=outgoing.pk)


def test_mails_above_the_rate_wait_for_their_turn_and_say_so(letters):
    with smtp_peer() as peer:
        mails = letters(peer, 5)
        Mailbox.objects.update(sends_per_minute=2)
        for one in mails:
            send(one.pk)
        assert states(mails) == ["accepted", "accepted", "queued", "queued", "queued"]
        assert {waits_for(one) for one in mails[2:]} == {"turn"}
        assert events_of(mails[2]) == ["message.delayed"]
        assert jobs_for(mails[2]) == 2
        moments = [Outgoing.objects.get(pk=one.pk).next_at - clock.now() for one in mails[2:]]
        assert timedelta(seconds=40) < moments[0] <= timedelta(minutes=1)
        assert timedelta(seconds=100) < moments[2] <= timedelta(minutes=2)
        with clock.at(clock.now() + timedelta(seconds=61)):
            for one in mails[2:]:
                send(one.pk)
        assert states(mails) == ["accepted"] * 4 + ["queued"]
        assert len(peer.taken) == 4


def test_without_a_rate_nobody_waits(letters):
    with smtp_peer() as peer:
        mails = letters(peer, 3)
        Mailbox.objects.update(sends_per_minute=0)
        for one in mails:
            send(one.pk)
    assert states(mails) == ["accepted"] * 3


def test_several_workers_together_keep_to_the_rate(letters):
    def work(outgoing):
        try:
            send(outgoing.pk)
        finally:
            connections.close_all()

    with smtp_peer() as peer:
        mails = letters(peer, 8)
        Mailbox.objects.update(sends_per_minute=3)
        with ThreadPoolExecutor(4) as workers:
            list(workers.map(work, mails))
        assert sorted(states(mails)) == ["accepted"] * 3 + ["queued"] * 5
        assert len(peer.taken) == 3


def test_server_in_trouble_is_asked_by_one_message_and_the_others_wait(letters):
    with smtp_peer(greeting="421 4.3.2 maintenance") as peer:
        mails = letters(peer, 4)
        for one in mails:
            send(one.pk)
        assert peer.steps.count("greeting") == 1
        assert {waits_for(one) for one in mails} == {"server"}
        outlet = Outlet.objects.get()
        assert "maintenance" in outlet.error
        Outlet.objects.update(retry_at=clock.now() - timedelta(seconds=1))
        Outgoing.objects.update(next_at=clock.now())
        for one in mails:
            send(one.pk)
        assert peer.steps.count("greeting") == 2
        assert Outlet.objects.get().retry_at > clock.now() + timedelta(seconds=90)
        peer.answers["greeting"] = "220 here again"
        is_due(mails[0])
        send(mails[0].pk)
        assert Outlet.objects.get().failures == 0
        # Those who waited are called at once.
        for one in mails[1:]:
            send(one.pk)
    assert states(mails) == ["accepted"] * 4
    assert len(peer.taken) == 4


def test_message_whose_worker_died_while_it_asked_the_server_holds_up_the_others_for_minutes_only(letters):
    with smtp_peer() as peer:
        mails = letters(peer, 2)
        Outlet.objects.update_or_create(mailbox=mails[0].mailbox, defaults={"failures": 2})
        from ancora.conversations.commands.send import _begin

        assert _begin(mails[0].pk) is not None
        send(mails[1].pk)
        assert waits_for(mails[1]) == "server"
        assert Outgoing.objects.get(pk=mails[1].pk).next_at < clock.now() + timedelta(minutes=5)
        with clock.at(clock.now() + timedelta(minutes=5)):
            send(mails[1].pk)
    assert fate(mails[1])[0] == "accepted"


def test_corrected_password_sends_at_once_what_waited(write):
    refused = "535 5.7.8 wrong password"
    with smtp_peer(EHLO="250-peer\r\n250 AUTH PLAIN", AUTH=refused) as peer:
        outgoing = write(peer)
        Mailbox.objects.update(smtp_user="shop", smtp_password="")
        send(outgoing.pk)
        assert waits_for(outgoing) == "server"
        outgoing.refresh_from_db()
        assert "does not accept user name and password" in outgoing.error
        peer.answers["AUTH"] = "235 2.7.0 welcome"
        mailbox = Mailbox.objects.get()
        save_mailbox(mailbox, teams=[], passwords={"smtp_password": "right"}, actor=SYSTEM)
        send(outgoing.pk)
    assert fate(outgoing)[0] == "accepted"


def test_server_away_for_days_loses_nothing_and_is_given_up_after_a_week(write):
    with smtp_peer(greeting="554 5.3.2 gone") as peer:
        with clock.at(clock.now() - timedelta(days=4)):
            outgoing = write(peer)
        send(outgoing.pk)
        assert (fate(outgoing)[0], waits_for(outgoing)) == ("queued", "server")
        with clock.at(clock.now() + timedelta(days=4)):
            is_due(outgoing)
            send(outgoing.pk)
    outgoing.refresh_from_db()
    assert outgoing.state == "failed"
    assert "a week" in outgoing.error


def test_days_in_which_our_own_server_was_away_are_not_held_against_the_recipients(write):
    with smtp_peer(greeting="421 4.3.2 away") as peer:
        with clock.at(clock.now() - timedelta(days=4)):
            outgoing = write(peer)
            send(outgoing.pk)
        peer.answers |= {"greeting": "220 back", "RCPT": "450 4.2.0 greylisted"}
        is_due(outgoing)
        send(outgoing.pk)
        assert (fate(outgoing)[0], waits_for(outgoing)) == ("queued", "recipient")
        peer.answers["RCPT"] = "250 fine"
        is_due(outgoing)
        send(outgoing.pk)
    assert fate(outgoing)[0] == "accepted"


def test_switched_off_mailbox_keeps_its_mails_until_it_is_switched_on(write):
    with smtp_peer() as peer:
        outgoing = write(peer)
        Mailbox.objects.update(is_active=False)
        send(outgoing.pk)
        assert (fate(outgoing)[0], waits_for(outgoing)) == ("queued", "mailbox")
        assert peer.steps == []
        mailbox = Mailbox.objects.get()
        mailbox.is_active = True
        save_mailbox(mailbox, teams=[], passwords={}, actor=SYSTEM)
        send(outgoing.pk)
    assert fate(outgoing)[0] == "accepted"


def test_mails_that_wait_leave_through_the_new_server(write):
    with smtp_peer(greeting="421 moved") as old, smtp_peer() as new:
        outgoing = write(old)
        send(outgoing.pk)
        mailbox = Mailbox.objects.get()
        mailbox.smtp_port = new.port
        save_mailbox(mailbox, teams=[], passwords={}, actor=SYSTEM)
        send(outgoing.pk)
        assert len(new.taken) == 1
    assert fate(outgoing)[0] == "accepted"


def test_password_of_another_key_is_said_in_words_and_nothing_is_lost(write):
    from django.db import connection

    with smtp_peer() as peer:
        outgoing = write(peer)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE conversations_mailbox SET smtp_user = 'shop', smtp_password = 'of-another-key'")
        send(outgoing.pk)
    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.waits_for) == ("queued", "server")
    assert "another key" in outgoing.error


def test_person_who_does_not_want_to_wait_has_it_tried_at_once(write, cast):
    with smtp_peer(greeting="421 4.3.2 maintenance") as peer:
        outgoing = write(peer)
        send(outgoing.pk)
        peer.answers["greeting"] = "220 hi"
        send_again(outgoing, actor=Actor.human(cast.marco))
        send(outgoing.pk)
    assert fate(outgoing)[0] == "accepted"
    assert CARLA[1] in peer.taken[0][0]


def test_stored_mail_that_cannot_be_read_is_tried_again(write):
    from ancora.platform.files.store import path_of

    with smtp_peer() as peer:
        outgoing = write(peer)
        path = path_of(outgoing.file.digest)
        aside = path.with_suffix(".aside")
        path.rename(aside)
        send(outgoing.pk)
        outgoing.refresh_from_db()
        assert outgoing.state == "queued"
        assert "cannot be read" in outgoing.error
        aside.rename(path)
        is_due(outgoing)
        send(outgoing.pk)
    assert fate(outgoing)[0] == "accepted"
