"""Outgoing mail as leads and administrators look at it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.conversations.commands import start_conversation
from ancora.conversations.models import Mailbox, Outgoing, Recipient
from ancora.conversations.outbox import outgoing_in_trouble, recent_bounces, recent_outgoing
from ancora.parties.models import Team
from ancora.platform import clock


@pytest.fixture
def write(cast, mailbox):
    """`write(state, **fields)`: a mail to two people that came so far."""

    def put(state="queued", to=("carla", "dario"), **fields) -> Outgoing:
        pairs = [(name, f"{name}@customer.example") for name in to]
        message = start_conversation(mailbox, to=pairs, subject=f"It is {state}", html="<p>x</p>", author=cast.marco)
        if state not in ("queued", "sending"):
            fields = {"settled_at": clock.now(), **fields}
        Outgoing.objects.filter(pk=message.outgoing.pk).update(state=state, **fields)
        message.outgoing.recipients.update(state=state)
        return message.outgoing

    return put


def shown(departures) -> list[str]:
    return [one.subject for one in departures]


def test_only_what_is_in_trouble_is_shown_newest_first(write, cast):
    for state in ("accepted", "delivered", "failed", "bounced", "unknown"):
        write(state)
    write("queued")
    write("queued", waits_for="turn")
    write("queued", waits_for="server", error="away")
    partly = write("accepted", error="550 unknown")
    partly.recipients.filter(address="dario@customer.example").update(state="failed", answer="550 unknown")
    write("failed", is_put_aside=True)
    write("failed", settled_at=clock.now() - timedelta(days=40))
    found = outgoing_in_trouble(cast.lena)
    assert shown(found) == ["It is accepted", "It is queued", "It is unknown", "It is bounced", "It is failed"]
    assert found[0].reference == 1009
    assert [(one.address, one.answer) for one in found[0].unreached] == [("dario@customer.example", "550 unknown")]


def test_unknown_recipient_is_seen_also_while_others_wait(write, cast):
    write("queued").recipients.filter(address="carla@customer.example").update(state="unknown")
    assert shown(outgoing_in_trouble(cast.anna)) == ["It is queued"]


def test_agents_and_observers_see_nothing_and_leads_only_their_mailboxes(write, cast, mailbox):
    write("failed")
    assert outgoing_in_trouble(cast.marco) == outgoing_in_trouble(cast.olga) == []
    mailbox.teams.add(Team.objects.create(name="Board"))
    assert outgoing_in_trouble(cast.lena) == []
    assert len(outgoing_in_trouble(cast.anna)) == 1


def test_recent_mail_of_a_mailbox_is_its_own(write, mailbox):
    other = Mailbox.objects.create(name="Other", address="other@example.com")
    for state in ("accepted", "failed", "queued"):
        write(state)
    assert shown(recent_outgoing(mailbox, 2)) == ["It is queued", "It is failed"]
    assert recent_outgoing(other, 10) == []


def test_bounces_say_where_and_why(write, mailbox):
    write("accepted")
    gone = write("bounced")
    gone.recipients.filter(address="carla@customer.example").update(state="accepted")
    Recipient.objects.filter(state="bounced").update(answer="5.1.1 no such user")
    [bounce] = recent_bounces(mailbox, 10)
    assert (bounce.address, bounce.answer) == ("dario@customer.example", "5.1.1 no such user")
    assert (bounce.reference, bounce.subject) == (1002, "It is bounced")


def test_queries_do_not_depend_on_how_much_there_is(write, cast, mailbox):
    reads = [
        lambda: [one.unreached for one in outgoing_in_trouble(cast.lena)],
        lambda: [(one.recipients, one.outgoing.mailbox.name) for one in recent_outgoing(mailbox, 50)],
        lambda: recent_bounces(mailbox, 50),
    ]
    for state in ("failed", "bounced"):
        write(state)
    few = [_queries(read) for read in reads]
    for state in ("failed", "bounced", "unknown") * 3:
        write(state, to=("carla", "dario", "elsa"))
    assert [_queries(read) for read in reads] == few
    assert max(few) <= 3


def _queries(read) -> int:
    with CaptureQueriesContext(connection) as queries:
        read()
    return len(queries)
