"""A chat ends with an outcome, is parked to e-mail, handed over with what is known, or shared with a colleague; and a
lead whispers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections, transaction
from django.db.models.functions import Now

from ancora.cases.commands import create_default_outcomes, reply_to_case
from ancora.cases.commands.arrange import assign_case
from ancora.cases.commands.chats import park_chat
from ancora.cases.models import Note, Outcome
from ancora.cases.notifications.models import Mention
from ancora.cases.queries.chat_desk import chats_of
from ancora.conversations.chats.commands.mailing import mail_unread_lines
from ancora.conversations.chats.commands.post import write_line
from ancora.conversations.chats.tests.rooms import rows_of
from ancora.conversations.chats.today import running_chats
from ancora.conversations.chats.visitors import standing_of
from ancora.conversations.models import ChatGuest, ChatLine, ChatVisitor, Contact, Outgoing, Recipient
from ancora.desk.chats.tests.test_answering import say
from ancora.parties.models import Team
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.dispatcher import drain
from ancora.platform.files.store import read
from ancora.selfservice.queueing import places

PART = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def mine(case, cast):
    assign_case(case, owner=cast.marco, actor=SYSTEM)
    case.refresh_from_db()
    return case


def choose(client, case, verb, **fields):
    return client.post(f"/cases/{case.reference}/chat/{verb}/", {"form_key": str(uuid4()), **fields}, **PART)


def test_it_ends_with_an_outcome_and_a_next_line_begins_another(mine, carla, cast, client_of):
    create_default_outcomes()
    marco, outcome = client_of(cast.marco), Outcome.objects.first()
    assert outcome.label in marco.get(f"/cases/{mine.reference}/chat/").content.decode()
    assert choose(marco, mine, "end", outcome=outcome.pk).status_code == 200
    mine.refresh_from_db()
    assert (mine.status, mine.outcome) == ("resolved", outcome)
    assert carla.get("lines/").json()["state"]["ending"] == "agent"
    again = choose(marco, mine, "end", outcome="")
    assert again.status_code == 422
    assert "complaint" in again.content.decode()
    carla.write("One more thing")
    assert Contact.objects.filter(ended_at=None).count() == 1
    assert choose(marco, mine, "end", outcome="").status_code == 200
    mine.refresh_from_db()
    assert mine.status == "open"


def test_it_is_parked_to_the_address_that_was_asked_for(mine, carla, cast, client_of):
    ChatVisitor.objects.update(email="")
    marco, key = client_of(cast.marco), str(uuid4())
    for wrong in ("", "carla"):
        assert choose(marco, mine, "park", email=wrong).status_code == 422
    assert Contact.objects.filter(ended_at=None).exists()
    for _time in range(2):
        choose(marco, mine, "park", email="Carla@Example.org", form_key=key)
    assert "carla@example.org" in carla.lines()[1]["text"]
    assert len(carla.lines()) == 2
    say(marco, mine, text="The part is here")
    ChatLine.objects.update(at=Now() - timedelta(minutes=30))
    assert mail_unread_lines() == 1
    assert Recipient.objects.get().address == "carla@example.org"
    kinds = rows_of("SELECT attrs->>'kind' FROM event WHERE type = 'queue.left'")
    assert kinds == [("parked",)]
    assert Contact.objects.get().ending == "parked"


def test_an_answer_by_mail_is_an_answer_and_an_end_without_one_is_none(mine, carla, account, cast, client_of):
    reply_to_case(mine, html="<p>By mail</p>", to=[("", "carla@example.org")], author=cast.marco, form_key=uuid4())
    assert Contact.objects.get().answered_by == cast.marco
    choose(client_of(cast.marco), mine, "end", outcome="")
    carla.write("One more thing")
    choose(client_of(cast.marco), mine, "end", outcome="")
    kinds = rows_of("SELECT attrs->>'kind' FROM event WHERE type = 'queue.left' ORDER BY id")
    assert kinds == [("answered",), ("abandoned",)]
    assert Contact.objects.filter(ending="agent").count() == 2


def test_the_chat_is_whose_case_it_is_and_waits_where_nobody_has_it(mine, carla, account, cast, client_of):
    def who(owner):
        assign_case(mine, owner=owner, actor=SYSTEM)
        drain()
        drain()
        state, [running] = carla.get("lines/").json()["state"], running_chats([account])
        return state["agent"], running.answered_by, len(places())

    assert who(cast.lena) == ("", "", 1)
    say(client_of(cast.lena), mine)
    assert who(cast.lena) == ("Lena Vogt", "Lena Vogt", 0)
    assert who(cast.marco) == ("Marco Reale", "Marco Reale", 0)
    assert who(None) == ("", "", 1)
    say(client_of(cast.lena), mine)
    assert who(cast.lena) == ("Lena Vogt", "Lena Vogt", 0)
    # Who has waited once is counted once.
    assert rows_of("SELECT attrs->>'kind' FROM event WHERE type = 'queue.left'") == [("answered",)]


def test_it_is_parked_while_the_visitor_writes(mine, carla, account, cast):
    def park() -> None:
        try:
            park_chat(mine, author=cast.marco, email="carla@example.org", form_key=uuid4())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            standing = standing_of(account.token, carla.token, is_held=True)
            parked = thread.submit(park)
            while not parked.done() and not rows_of("SELECT 1 FROM pg_locks WHERE NOT granted"):
                pass
            write_line(standing, client_key=uuid4(), text="One thing more")
        parked.result()
    assert [line["from"] for line in carla.lines()] == ["visitor", "visitor", "agent"]
    assert Contact.objects.get().ending == "parked"


def test_it_is_handed_over_once_with_what_is_known(mine, carla, cast, client_of):
    marco, key = client_of(cast.marco), str(uuid4())
    assert choose(marco, mine, "hand", whom=f"person-{cast.lena.pk}", context=" ").status_code == 422
    assert choose(marco, mine, "hand", whom=f"person-{cast.olga.pk}", context="x").status_code == 422
    for _time in range(2):
        choose(marco, mine, "hand", whom=f"person-{cast.lena.pk}", context="Wants <b>money</b>\nback", form_key=key)
    mine.refresh_from_db()
    assert mine.owner == cast.lena
    note = Note.objects.get()
    assert "&lt;b&gt;money" in note.html
    assert Mention.objects.get().person == cast.lena
    assert [one.reference for one in chats_of(cast.lena)] == [mine.reference]
    assert chats_of(cast.marco) == []
    team = Team.objects.create(name="Repairs")
    assert choose(client_of(cast.lena), mine, "hand", whom=f"team-{team.pk}", context="Yours").status_code == 200
    mine.refresh_from_db()
    assert (mine.owner, mine.team) == (None, team)
    assert len(rows_of("SELECT 1 FROM event WHERE type = 'contact.transferred'")) == 2


def test_a_colleague_is_in_it_too_and_one_leaves(mine, carla, cast, client_of):
    marco, lena = client_of(cast.marco), client_of(cast.lena)
    assert choose(marco, mine, "leave").status_code == 422
    for _time in range(2):
        assert choose(marco, mine, "invite", whom=f"person-{cast.lena.pk}").status_code == 200
    assert [one.is_guest for one in chats_of(cast.lena)] == [True]
    assert say(lena, mine, text="Lena here").status_code == 200
    mine.refresh_from_db()
    assert mine.owner == cast.marco
    assert carla.lines()[1]["name"] == "Lena Vogt"
    assert choose(marco, mine, "leave").status_code == 200
    mine.refresh_from_db()
    assert mine.owner == cast.lena
    assert not ChatGuest.objects.filter(until=None).exists()
    assert [one.is_guest for one in chats_of(cast.lena)] == [False]
    assert chats_of(cast.marco) == []
    choose(lena, mine, "invite", whom=f"person-{cast.marco.pk}")
    choose(lena, mine, "end", outcome="")
    # Who was asked into one session is not in the next.
    assert not ChatGuest.objects.filter(until=None).exists()


def test_whisper_never_reaches_the_visitor(mine, carla, cast, client_of):
    lena = client_of(cast.lena)
    assert 'value="note" checked' in lena.get(f"/cases/{mine.reference}/").content.decode()
    before = carla.get("lines/").json()
    whisper = {"text": "Offer ten percent", "form_key": str(uuid4()), "kind": "note"}
    assert lena.post(f"/cases/{mine.reference}/note/", whisper).status_code == 302
    assert say(lena, mine, text="Offer ten percent", kind="note").status_code == 422
    page = client_of(cast.anna).get(f"/cases/{mine.reference}/timeline/").content.decode()
    assert "Offer ten percent" in page
    assert "whisper: the visitor does not see it" in page
    assert carla.get("lines/").json() == before
    # Nor does it go along when what nobody read is mailed.
    say(client_of(cast.marco), mine, text="Which model?")
    ChatLine.objects.update(at=Now() - timedelta(minutes=30))
    assert mail_unread_lines() == 1
    mail = read(Outgoing.objects.get().file)
    assert b"Which model?" in mail
    assert b"ten percent" not in mail


def test_stranger_gets_404_for_every_verb(mine, account, cast, client_of):
    account.mailbox.teams.add(Team.objects.create(name="Insiders"))
    for verb in ("end", "park", "hand", "invite", "leave"):
        assert choose(client_of(cast.stan), mine, verb).status_code == 404
        assert choose(client_of(cast.olga), mine, verb).status_code == 403
    assert client_of(cast.stan).get(f"/cases/{mine.reference}/chat/").status_code == 404
