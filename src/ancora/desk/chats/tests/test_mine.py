"""One's own chats stand beside whatever is on the screen, with who waits."""

from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.commands.arrange import assign_case
from ancora.cases.queries.chats import chats_of
from ancora.conversations.chats.commands.end import end_chat
from ancora.conversations.chats.models import Ending
from ancora.conversations.chats.tests.rooms import Browser
from ancora.desk.chats.tests.test_answering import say
from ancora.platform.events.actors import SYSTEM


def test_a_chat_is_mine_from_when_it_is_given_to_me_until_it_ends(case, carla, cast, client_of):
    assert chats_of(cast.marco) == []
    assign_case(case, owner=cast.marco, actor=SYSTEM)
    carla.write("Hello?")
    [mine] = chats_of(cast.marco)
    assert (mine.reference, mine.customer, mine.unread) == (case.reference, "Carla", 2)
    assert mine.waits_since is not None
    assert 'data-unread="2"' in client_of(cast.marco).get("/chats/mine/").content.decode()
    say(client_of(cast.marco), case)
    client_of(cast.marco).post(f"/cases/{case.reference}/chat/seen/", {"number": "2"})
    [mine] = chats_of(cast.marco)
    assert (mine.unread, mine.waits_since) == (0, None)
    assert chats_of(cast.anna) == []
    end_chat(mine.conversation_id, ending=Ending.AGENT, actor=SYSTEM)
    assert chats_of(cast.marco) == []


def test_who_waits_longest_comes_first_at_the_price_of_one_query(case, account, cast, client_of):
    assign_case(case, owner=cast.marco, actor=SYSTEM)
    for name in ("Dario", "Elsa"):
        other = Browser(account)
        reference = other.begin(name=name, client_key=uuid4()).json()["reference"]
        assign_case(type(case).objects.get(reference=reference), owner=cast.marco, actor=SYSTEM)
    say(client_of(cast.marco), case)
    with CaptureQueriesContext(connection) as asked:
        assert [one.customer for one in chats_of(cast.marco)] == ["Dario", "Elsa", "Carla"]
    # The mailboxes that are hidden from them are the other one.
    assert len(asked) <= 2


def test_stranger_sees_no_chat_of_a_hidden_mailbox_and_observers_none(case, account, cast, client_of):
    from ancora.parties.models import Team

    assign_case(case, owner=cast.stan, actor=SYSTEM)
    account.mailbox.teams.add(Team.objects.create(name="Insiders"))
    assert chats_of(cast.stan) == []
    assert client_of(cast.olga).get("/chats/mine/").status_code == 403
    assert client_of().get("/chats/mine/").status_code == 302
