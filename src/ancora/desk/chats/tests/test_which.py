"""Which conversation of a case is its chat: one in which somebody is who reads it."""

from uuid import uuid4

import pytest

from ancora.cases.commands import merge_cases
from ancora.cases.commands.moving import move_message_to_new_case
from ancora.cases.commands.saying import say_in_case
from ancora.cases.models import Case
from ancora.cases.queries import case_of_conversation
from ancora.cases.queries.chats import chat_of
from ancora.conversations.chats.commands.end import end_chat
from ancora.conversations.chats.models import Ending
from ancora.conversations.chats.tests.rooms import Browser
from ancora.conversations.models import ChatLine, ChatVisitor, Conversation, Message
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import SYSTEM


def test_line_moved_to_a_case_of_its_own_is_no_chat_there(case, carla, cast, client_of):
    carla.write("And another thing")
    new = move_message_to_new_case(Message.objects.latest("id"), author=cast.marco)
    assert chat_of(cast.marco, new) is None
    with pytest.raises(Refusal, match="no chat"):
        say_in_case(new, text="Nobody reads this", author=cast.marco, form_key=uuid4())
    page = client_of(cast.marco).get(f"/cases/{new.reference}/")
    assert page.status_code == 200
    assert "data-chat" not in page.content.decode()
    # Its menu offers what is no more: that is said.
    answer = client_of(cast.stan).get(f"/cases/{new.reference}/chat/block/", follow=True)
    assert "Nobody chats in this case." in answer.content.decode()
    say_in_case(case, text="Carla reads this", author=cast.marco, form_key=uuid4())
    assert carla.lines()[-1]["text"] == "Carla reads this"


def test_in_a_merged_case_the_chat_is_the_one_that_goes_on(case, carla, account, cast):
    dario, key = Browser(account), uuid4()
    dario.begin("Leaks here too")
    newer = Conversation.objects.latest("id")
    merge_cases(case_of_conversation(newer.pk), into=case, author=cast.marco)
    assert say_in_case(case, text="To the newest", author=cast.marco, form_key=key).conversation_id == newer.pk
    end_chat(newer.pk, ending=Ending.AGENT, actor=SYSTEM)
    case = Case.objects.get(pk=case.pk)
    first = ChatVisitor.objects.earliest("id").conversation_id
    assert chat_of(cast.marco, case).pk == first
    assert say_in_case(case, text="To Carla", author=cast.marco, form_key=uuid4()).conversation_id == first
    # What was said before is not said again, and elsewhere.
    assert say_in_case(case, text="To the newest", author=cast.marco, form_key=key).conversation_id == newer.pk
    assert [len(one.lines()) for one in (carla, dario)] == [2, 2]


def test_what_is_said_and_seen_is_of_the_chat_on_the_screen(case, carla, account, cast, client_of):
    dario, marco = Browser(account), client_of(cast.marco)
    dario.begin("Leaks here too")
    first, newer = (one.conversation_id for one in ChatLine.objects.order_by("pk"))
    merge_cases(case_of_conversation(newer), into=case, author=cast.marco)
    Case.objects.filter(pk=case.pk).update(owner=cast.marco)

    def post(what: str, **fields):
        return marco.post(f"/cases/{case.reference}/{what}/", fields, HTTP_ACCEPT="application/json")

    def read_of(chat: int) -> bool:
        return ChatLine.objects.get(conversation=chat, number=1).read_at is not None

    said = post("say", text="Dear Carla", form_key=str(uuid4()), chat=first)
    assert said.status_code == 200
    assert ([one["text"] for one in carla.lines()][1:], len(dario.lines())) == (["Dear Carla"], 1)
    ChatLine.objects.update(read_at=None)
    post("chat/seen", number=1, chat=first)
    assert (read_of(first), read_of(newer)) == (True, False)
    strange = begin_elsewhere(account)
    refused = post("say", text="To whom?", form_key=str(uuid4()), chat=strange)
    assert (refused.status_code, refused.json()["complaint"][:20]) == (422, "Questa chat non è pi")
    assert [post(f"chat/{what}", number=1, chat=strange).status_code for what in ("seen", "typing")] == [404, 404]
    assert not read_of(strange)
    # Nothing named: the one that goes on, and was begun last.
    post("say", text="Dear Dario", form_key=str(uuid4()))
    assert [one["text"] for one in dario.lines()][1:] == ["Dear Dario"]


def begin_elsewhere(account) -> int:
    Browser(account).begin("Another case")
    return ChatLine.objects.latest("pk").conversation_id
