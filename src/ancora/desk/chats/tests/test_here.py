"""The visitor sees whether who has their case looks at it, and nobody else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from ancora.cases.commands import forget_the_gone
from ancora.cases.commands.arrange import assign_case
from ancora.cases.models import Presence
from ancora.cases.presence.visitors import owners_at
from ancora.conversations.models import ChatLine, ChatVisitor
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.dispatcher import drain


@pytest.fixture
def told(monkeypatch):
    """What visitors were told of us since the last call."""
    heard = []

    def tell(_topic, body):
        if body["kind"] in ("presence", "seen"):
            heard.append((body.get("name"), body.get("here")) if body["kind"] == "presence" else "seen")

    monkeypatch.setattr("ancora.conversations.chats.commands.seen.tell", tell)

    def since():
        found = list(heard)
        heard.clear()
        return found

    return since


def beat(client, case, state, tab):
    assert client.post(f"/cases/{case.reference}/presence/", {"tab": str(tab), "state": state}).status_code < 300


def test_owner_is_shown_and_who_reads_along_is_not(case, cast, client_of, told):
    chat, stan, lena = ChatVisitor.objects.get().conversation_id, client_of(cast.stan), client_of(cast.lena)
    mine, other = uuid4(), uuid4()
    beat(stan, case, "viewing", mine)
    assert (told(), owners_at([chat])) == ([("", False)], {})
    assign_case(case, owner=cast.stan, actor=SYSTEM)
    drain()
    # Who has it from now on looks at it already.
    assert (told(), owners_at([chat])) == ([("Stan Meyer", True)], {chat: ("Stan Meyer", True)})
    beat(lena, case, "viewing", other)
    lena.get(f"/cases/{case.reference}/")
    lena.post(f"/cases/{case.reference}/chat/seen/", {"number": "1"})
    assert set(told()) == {("Stan Meyer", True)}
    assert ChatLine.objects.get().read_at is None
    beat(stan, case, "viewing", mine)
    assert told() == []
    beat(stan, case, "left", mine)
    assert (told(), owners_at([chat])) == ([("Stan Meyer", False)], {chat: ("Stan Meyer", False)})
    beat(lena, case, "left", other)
    told()
    # A browser that goes away without a word.
    beat(stan, case, "writing", mine)
    assert told() == [("Stan Meyer", True)]
    Presence.objects.update(seen_at=F("seen_at") - timedelta(minutes=1))
    with CaptureQueriesContext(connection) as asked:
        forget_the_gone()
    assert told() == [("Stan Meyer", False)]
    assert len([one for one in asked if "conversations_contact" in one["sql"]]) == 1
