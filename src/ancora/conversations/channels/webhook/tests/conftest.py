"""An account of a program, the program itself, and what they say to each other."""

import pytest

from ancora.conversations.channels.webhook.tests import peer
from ancora.conversations.channels.webhook.tests.samples import SAMPLES
from ancora.conversations.commands.accounts import save_account
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.dispatcher import drain


@pytest.fixture
def account(cast, mailbox):
    """The account of a shop's app."""
    return SAMPLES.account()


@pytest.fixture
def program(account):
    """The app, listening."""
    with peer.program(account) as found:
        account.settings["address"] = found.address
        save_account(account, actor=SYSTEM)
        yield found


@pytest.fixture
def say(account, client_of):
    """`say(**fields)`: a customer's message (or a whole `told`) comes in and is read; gives its Message."""
    from ancora.conversations.commands import process_pending
    from ancora.conversations.models import Message

    def take_in(told=None, of=None, **fields):
        assert peer.post(client_of(), of or account, told or peer.message(**fields)) == 200
        process_pending()
        drain()
        return Message.objects.filter(direction="in").order_by("-id").first()

    return take_in


@pytest.fixture
def answer(cast):
    """`answer(message, text)`: an agent's answer in the conversation of a message, on its way."""
    from ancora.conversations.commands import queue_reply
    from ancora.conversations.models import Place

    def write(message, text="It is on its way.", **options):
        place = Place.objects.select_related("conversation").get(message=message, until__isnull=True)
        return queue_reply(place.conversation, html=f"<p>{text}</p>", to=[], author=cast.marco, **options).outgoing

    return write
