"""A case whose customer writes by another channel than mail."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.models import Case
from ancora.conversations.channels.webhook.tests import peer
from ancora.conversations.channels.webhook.tests.samples import SAMPLES
from ancora.conversations.commands import process_pending
from ancora.conversations.commands.send import send
from ancora.conversations.models import ChannelAccount, Message, Outgoing, Recipient
from ancora.desk.tests.conftest import letter
from ancora.platform import clock
from ancora.platform.events.dispatcher import drain


@pytest.fixture
def say(cast, mailbox, client_of):
    account = SAMPLES.account()

    def post(told=None, **fields) -> Message:
        assert peer.post(client_of(), account, told or peer.message(**fields)) == 200
        process_pending()
        drain()
        return Message.objects.order_by("-id").first()

    return post


def test_an_answer_needs_no_recipient_and_goes_back_by_the_channel(say, cast, client_of):
    asked = say()
    case, marco = Case.objects.get(), client_of(cast.marco)
    address = f"/cases/{case.reference}/"
    page = marco.get(address).content.decode()
    assert "Shop app" in page
    assert 'name="to"' not in page
    assert 'name="sender"' not in page
    form = {"text": "It is on its way.", "answers": asked.pk, "seen": asked.pk}
    assert marco.post(f"{address}reply/", form).status_code == 302
    outgoing = Outgoing.objects.get()
    assert outgoing.account == ChannelAccount.objects.get()
    assert list(outgoing.recipients.values_list("name", "address")) == [("Carla Riva", "u-5")]
    with peer.program(outgoing.account) as program:
        ChannelAccount.objects.update(settings={"address": program.address})
        send(outgoing.pk)
        assert program.taken == ["It is on its way."]
    say(peer.receipt(outgoing.message.message_id, "read"))
    assert Recipient.objects.get().state == "delivered"
    assert ">read</span>" in client_of(cast.anna).get(address).content.decode()


def test_what_the_channel_cannot_carry_is_said_beside_what_was_typed(say, cast, client_of):
    asked = say()
    ChannelAccount.objects.update(settings={"address": "https://shop.example/", "most_characters": 5})
    address = f"/cases/{Case.objects.get().reference}/reply/"
    answer = client_of(cast.anna).post(address, {"text": "Too long", "answers": asked.pk})
    assert answer.status_code == 422
    assert "“Shop app” takes at most 5 characters." in answer.content.decode()
    assert "Too long" in answer.content.decode()
    assert Outgoing.objects.count() == 0
    ChannelAccount.objects.update(settings={"address": "https://shop.example/", "window_hours": 5})
    page = address.removesuffix("reply/")
    assert "takes an answer until" in client_of(cast.anna).get(page).content.decode()
    Message.objects.update(recorded_at=clock.now() - timedelta(hours=6))
    assert "takes no answer any more" in client_of(cast.anna).get(page).content.decode()


def test_a_case_says_by_which_channel_each_message_came_and_its_price_stays(say, cast, client_of, arrive, mailbox):
    from ancora.cases.commands import merge_cases

    arrive(letter(), mailbox)
    case, anna = Case.objects.get(), client_of(cast.anna)
    address = f"/cases/{case.reference}/"
    assert 'class="way"' not in anna.get(address).content.decode()
    say()
    other = Case.objects.exclude(pk=case.pk).get()
    merge_cases(other, into=case, author=cast.anna)
    page = anna.get(address).content.decode()
    assert page.count('class="way"') == 2
    for message in Message.objects.all():
        part = anna.get(f"{address}composer/?answers={message.pk}").content.decode()
        assert ('name="to"' in part) == (message.channel == "email")
    with CaptureQueriesContext(connection) as few:
        anna.get(address)
    for _ in range(3):
        say()
    anna.get(address)
    with CaptureQueriesContext(connection) as many:
        anna.get(address)
    assert len(many) == len(few)


def test_a_stranger_sees_nothing_of_it(say, cast, client_of, mailbox):
    from ancora.parties.models import Team

    say()
    mailbox.teams.add(Team.objects.create(name="Shop"))
    assert client_of(cast.stan).get(f"/cases/{Case.objects.get().reference}/").status_code == 404
