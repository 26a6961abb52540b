"""One's own chats stand beside whatever is on the screen, with who waits."""

import json
import re
from datetime import timedelta
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.commands.arrange import assign_case
from ancora.cases.models import RoutedAgent, TeamRouting
from ancora.cases.queries.chat_desk import chat_load, chats_of
from ancora.cases.routing.queries import absence_of
from ancora.conversations.chats.commands.end import end_chat
from ancora.conversations.chats.models import Ending
from ancora.conversations.chats.tests.rooms import Browser, open_account
from ancora.conversations.models import ChatVisitor, Contact
from ancora.desk.chats.tests.test_answering import say
from ancora.parties.models import Membership, Team
from ancora.platform import clock
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
    assert len(asked) == 1


def test_stranger_sees_no_chat_of_a_hidden_mailbox_and_observers_none(case, account, cast, client_of):
    assign_case(case, owner=cast.stan, actor=SYSTEM)
    account.mailbox.teams.add(Team.objects.create(name="Insiders"))
    assert chats_of(cast.stan) == []
    assert client_of(cast.olga).get("/chats/mine/").status_code == 403
    assert client_of().get("/chats/mine/").status_code == 302


def test_how_many_more_i_can_take_and_who_waits(case, account, carla, cast, client_of):
    team = Team.objects.create(name="Chats")
    Membership.objects.create(team=team, user=cast.stan)
    TeamRouting.objects.create(team=team, is_on=True, limit=4)
    Browser(account).begin(client_key=uuid4())
    Contact.objects.filter(conversation=ChatVisitor.objects.earliest("id").conversation_id).update(
        started_at=clock.now() - timedelta(seconds=75)
    )
    stan, desk = client_of(cast.stan), chat_load(cast.stan)
    assert (desk.holds, desk.limit, desk.waiting, desk.is_away) == (0, 4, 2, False)
    assert 75 <= desk.waited_seconds < 100
    assign_case(case, owner=cast.stan, actor=SYSTEM)
    say(stan, case)
    page = stan.get("/queues/mine/").content.decode()
    # In the page itself, so that nothing moves when it comes later.
    assert "1 of 4 chats" in page
    assert "1 waits" in page
    assert f'id="chat-tab-{ChatVisitor.objects.earliest("id").conversation_id}"' in page
    RoutedAgent.objects.update_or_create(person=cast.stan, defaults={"limits": {"chat": 2}})
    assert chat_load(cast.stan).limit == 2
    part = stan.post("/chats/pause/", {"on": "1"}, HTTP_HX_REQUEST="true").content.decode()
    assert "nothing new until" in part
    # It goes when the time has come.
    assert re.search(r'hx-get="/chats/mine/" hx-trigger="load delay:1(800|79\d)s"', part)
    assert absence_of(cast.stan).is_away
    assert "No more for now" in stan.post("/chats/pause/", {"on": "0"}, HTTP_HX_REQUEST="true").content.decode()
    assert not absence_of(cast.stan).is_away
    # Who is gone waits no more, and nobody hears of a mailbox that is hidden from them.
    account.mailbox.teams.add(Team.objects.create(name="Insiders"))
    hidden = chat_load(cast.stan)
    assert (hidden.is_used, hidden.waiting, hidden.limit) == (False, 0, 2)
    assert chat_load(cast.anna).waiting == 1
    Contact.objects.update(gone_at=clock.now())
    assert chat_load(cast.anna).waiting == 0
    assert client_of(cast.olga).post("/chats/pause/", {"on": "1"}).status_code == 403


def test_who_waits_is_asked_apart_and_all_of_it_only_when_something_else_changed(case, account, carla, cast, client_of):
    stan = client_of(cast.stan)

    def drawn() -> dict[str, str]:
        part = stan.get("/chats/mine/").content.decode()
        return json.loads(re.search(r"hx-vals='(.+?)'", part)[1])

    def ask(shown):
        with CaptureQueriesContext(connection) as asked:
            part = stan.get("/chats/waiting/", shown)
        # The session, the person, and who waits.
        assert len(asked) <= 3
        return part.status_code, part.headers.get("HX-Trigger", ""), part.content.decode()

    shown = drawn()
    assert ask(shown) == (204, "", "")
    other = Browser(account)
    other.begin(client_key=uuid4())
    status, told, part = ask(shown)
    assert (status, told) == (200, "")
    assert "2 wait" in part
    assert "chat-tab" not in part
    # A chat of mine, from when it is mine, and when its visitor is back after it ended.
    assign_case(case, owner=cast.stan, actor=SYSTEM)
    assert ask(shown)[:2] == (204, '{"chats:changed": {}}')
    shown = drawn()
    assert ask(shown)[1] == ""
    [mine] = chats_of(cast.stan)
    end_chat(mine.conversation_id, ending=Ending.AGENT, actor=SYSTEM)
    assert "chats:changed" in ask(shown)[1]
    shown = drawn()
    carla.write("One more thing")
    assert "chats:changed" in ask(shown)[1]
    shown = drawn()
    type(case).objects.update(status="resolved", resolved_at=clock.now())
    assert "chats:changed" in ask(shown)[1]
    assert client_of(cast.olga).get("/chats/waiting/").status_code == 403
    assert client_of().get("/chats/waiting/").status_code == 302


def test_the_first_chat_of_all_is_heard_of_where_none_was_in_use(cast, client_of, mailbox):
    anna = client_of(cast.anna)
    part = anna.get("/chats/mine/").content.decode()
    assert "<p" not in part
    shown = json.loads(re.search(r"hx-vals='(.+?)'", part)[1])
    Browser(open_account(mailbox, name="Shop")).begin(client_key=uuid4())
    assert "chats:changed" in anna.get("/chats/waiting/", shown).headers["HX-Trigger"]
