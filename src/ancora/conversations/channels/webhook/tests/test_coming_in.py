"""What programs post, on its way to people."""

from ancora.cases.models import Case
from ancora.cases.service_levels.clocks import Turn
from ancora.cases.service_levels.turns import turns_of
from ancora.conversations.channels.contract import InboundMessage, Writer
from ancora.conversations.channels.webhook.tests.peer import message, post
from ancora.conversations.channels.webhook.tests.samples import SAMPLES
from ancora.conversations.commands.accounts import put_away_old_key, rotate_key, save_account
from ancora.conversations.commands.channel_filing import file_inbound
from ancora.conversations.commands.move import move_to_new_conversation
from ancora.conversations.models import Arrival, ChannelAccount, ChannelThread, Conversation, Message, Place
from ancora.customers.commands import observe_handle
from ancora.platform.events.actors import SYSTEM
from ancora.testing.threads import Aside


def where(message) -> int:
    return Place.objects.get(message=message, until__isnull=True).conversation_id


def test_a_thread_of_the_program_is_one_conversation_and_one_case(say, account):
    first, second = say(text="Where is my lamp?\nI wait."), say(text="Hello?")
    other = say(thread="t-2")
    assert where(first) == where(second) != where(other)
    conversation = Conversation.objects.get(pk=where(first))
    assert (conversation.channel, conversation.account, conversation.mailbox) == ("webhook", account, account.mailbox)
    assert conversation.subject == "Where is my lamp? I wait."
    assert first.handle_id == other.handle_id
    assert (first.handle.display, first.handle.customer.name) == ("u-5", "Carla Riva")
    assert sorted(Case.objects.values_list("channel", "subject")) == [
        ("webhook", "Where is my lamp?"),
        ("webhook", "Where is my lamp? I wait."),
    ]
    for case in Case.objects.all():
        # Nobody of us was there when it began: the clock of the first answer runs.
        assert Turn.WE_ANSWERED not in {turn for _at, turn in turns_of(case)[0]}


def test_names_of_another_account_are_other_people_and_threads(say, account):
    mine, theirs = say(id="m-1"), say(of=SAMPLES.account(), id="m-1")
    assert mine != theirs
    assert where(mine) != where(theirs)
    assert mine.handle.customer_id != theirs.handle.customer_id


def test_two_messages_of_a_new_thread_at_once_begin_one_conversation(account, unshared_database):
    writer = Writer("external", "u-5")
    told = [InboundMessage(key=f"m-{n}", thread_key="t-1", writer=writer, text="Hello") for n in range(4)]
    for aside in [Aside(file_inbound, account, one) for one in (*told, told[0])]:
        aside.result()
    assert Message.objects.count() == 4
    assert Conversation.objects.count() == ChannelThread.objects.count() == Case.objects.count() == 1


def test_the_thread_goes_where_a_person_moved_its_newest_message(say):
    first, second = say(), say()
    move_to_new_conversation(second.pk, actor=SYSTEM)
    third = say()
    assert where(first) != where(second) == where(third)
    assert Conversation.objects.get(pk=where(third)).account_id == first.addresses["channel"]["account"]


def test_an_address_is_believed_only_where_the_account_says_so(say, account):
    known = observe_handle("email", "carla@customer.example", name="Carla")
    told = {"id": "u-5", "email": "Carla@Customer.example", "email_verified": True}
    assert say(**{"from": told}).handle.customer_id != known.customer_id
    account.settings["trusts_addresses"] = True
    save_account(account, actor=SYSTEM)
    believed = say(thread="t-2", **{"from": told})
    known.refresh_from_db()
    assert (believed.handle_id, known.verification) == (known.pk, "strong")
    assert say(thread="t-3", **{"from": {**told, "email_verified": "true"}}).handle.kind == "external"


def test_a_switched_off_account_is_nowhere(account, client_of):
    account.is_active = False
    save_account(account, actor=SYSTEM)
    assert post(client_of(), account, message()) == 404


def test_a_new_key_and_the_one_before_are_both_believed_until_that_is_put_away(account, client_of):
    old = account.secret
    rotate_key(account, actor=SYSTEM)
    account.refresh_from_db()
    new = account.secret.split()[0]
    assert [post(client_of(), account, message(), key=key) for key in (old, new)] == [200, 200]
    put_away_old_key(account, actor=SYSTEM)
    assert [post(client_of(), account, message(), key=key) for key in (old, new)] == [401, 200]
    assert "signature is wrong" in ChannelAccount.objects.get().refusal


def test_a_post_that_is_too_large_is_not_read(account, client_of, monkeypatch):
    monkeypatch.setattr("ancora.conversations.channels.door.MOST_BYTES", 100)
    assert post(client_of(), account, message(text="x" * 200)) == 413
    assert Arrival.objects.count() == 0


def test_files_come_along_and_are_looked_at(say):
    found = say(files=[{"name": "setup.exe", "type": "application/pdf", "content": "TVqQAAMAAAA="}], text="")
    assert [(one.filename, one.size, one.mark) for one in found.attachments.all()] == [("setup.exe", 8, "program")]
