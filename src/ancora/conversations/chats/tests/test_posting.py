"""A line comes in once, in order, with its case; whoever is not known comes in not at all."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from ancora.cases.commands.saying import say_in_case
from ancora.cases.models import Case, CaseLink, Status
from ancora.conversations.chats.commands.blocking import block_visitors, unblock_visitors
from ancora.conversations.chats.commands.end import end_chat
from ancora.conversations.chats.commands.post import post_from_visitor, write_line
from ancora.conversations.chats.commands.silence import end_if_silent
from ancora.conversations.chats.models import Ending
from ancora.conversations.chats.tests.rooms import Browser, open_account, rows_of
from ancora.conversations.chats.visitors import digest_of, standing_of
from ancora.conversations.models import ChatLine, ChatVisitor, Contact, Conversation, Message
from ancora.platform import clock
from ancora.platform.events.actors import Actor
from ancora.platform.events.dispatcher import drain
from ancora.platform.events.models import StoredEvent
from ancora.platform.http.pace import count, counted
from ancora.selfservice.door import MOST_FLOOD, MOST_SIGNS
from ancora.testing.ledger import offenders

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def test_first_line_begins_a_conversation_with_its_case(account):
    carla = Browser(account)
    answer = carla.begin("It leaks again\nthird time", name="Carla", language="it-IT")
    assert answer.status_code == 200, answer.content
    case = Case.objects.get()
    assert (case.channel, case.language, case.subject) == ("chat", "it", "It leaks again third time")
    assert case.customer.name == "Carla"
    assert (answer.json()["number"], answer.json()["reference"]) == (1, case.reference)
    [line] = carla.lines()
    assert (line["number"], line["from"], line["text"]) == (1, "visitor", "It leaks again\nthird time")
    assert Contact.objects.get().ended_at is None
    drain()
    assert offenders(rows_of) == []


def test_a_post_that_is_repeated_changes_nothing(account):
    carla, key, again = Browser(account), uuid4(), uuid4()
    begun = [carla.begin(client_key=key).json()["number"] for _time in range(3)]
    went_on = [carla.write("Still?", client_key=again).json()["number"] for _time in range(2)]
    assert (begun, went_on) == ([1, 1, 1], [2, 2])
    assert (Conversation.objects.count(), Message.objects.count(), Case.objects.count()) == (1, 2, 1)
    assert [line["text"] for line in carla.lines(since=1)] == ["Still?"]


def test_a_line_costs_seven_statements(account):
    carla = Browser(account)
    carla.begin()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        post_from_visitor(account.token, carla.token, client_key=uuid4(), text="And cold")
    # BEGIN and COMMIT among them.
    assert len(queries) <= 7, [query["sql"][:60] for query in queries]


def test_lines_of_many_at_once_are_in_order_and_there_once(account, cast):
    """Twenty write in one conversation, at two browsers and at the desk, each line twice, many at the same instant."""
    carla = Browser(account)
    carla.begin()
    phone = Browser(account)
    seen = {"began_at": clock.now(), "seen_at": clock.now()}
    known = ChatVisitor.objects.get()
    also = {"account": account, "handle": known.handle, "conversation": known.conversation}
    ChatVisitor.objects.create(token_digest=digest_of(phone.token), **also, **seen)
    keys = [UUID(int=number) for number in range(1, 21)]

    def post(key: UUID) -> tuple[UUID, int]:
        try:
            if key.int % 3 == 0:
                return key, say_in_case(Case.objects.get(), text=str(key), author=cast.marco, form_key=key).number
            token = (carla, phone)[key.int % 2].token
            return key, post_from_visitor(account.token, token, client_key=key, text=str(key)).number
        finally:
            connections.close_all()

    asked = keys * 2
    Random(5).shuffle(asked)
    with ThreadPoolExecutor(20) as threads:
        given = list(threads.map(post, asked))
    assert len(set(given)) == 20
    assert sorted(number for _key, number in set(given)) == list(range(2, 22))
    lines = ChatLine.objects.order_by("number").values_list("client_key", "message__text")[1:]
    assert all(str(key) == text for key, text in lines)
    assert Message.objects.count() == 21


def test_strangers_get_nothing(account, mailbox):
    carla, other = Browser(account), open_account(mailbox, name="Other shop")
    carla.begin()
    for stranger in (Browser(account), Browser(other, carla.token), Browser(account, "")):
        assert stranger.get("lines/").status_code == 401
        for what in ("lines/", "seen/", "typing/", "end/"):
            answer = stranger.post(what, client_key=str(uuid4()), text="x")
            assert (answer.status_code, answer.json()["error"]) == (401, "unknown")
    # A token is of the account where it was made.
    assert Browser(other, carla.token).begin().status_code == 401
    foreign = Browser(account, carla.token, origin="https://elsewhere.example")
    assert (foreign.write("x").status_code, foreign.get("lines/").status_code) == (403, 403)
    assert Browser(account, carla.token, origin="http://testserver").write("ours").status_code == 200
    account.is_active = False
    account.save()
    # Switched off is not forgotten: a widget keeps its thread for the day when the chat is back.
    asked = [carla.write("x"), carla.begin(), carla.post("typing/"), carla.get("lines/"), Browser(account).begin()]
    assert {(answer.status_code, answer.json()["error"]) for answer in asked} == {(403, "closed")}
    assert (carla.get("").status_code, Message.objects.count()) == (404, 2)
    account.is_active = True
    account.save()
    assert carla.write("back").status_code == 200


def test_who_guesses_is_told_to_wait(account):
    answers = [Browser(account).get("lines/").status_code for _guess in range(31)]
    assert answers == [401] * 30 + [429]


def test_visitor_that_is_blocked_is_told_so_until_it_is_undone(account, cast):
    carla = Browser(account)
    carla.begin()
    chat = ChatVisitor.objects.get().conversation_id
    for _time in range(2):
        block_visitors(chat, author=cast.lena)
        answer = carla.write("x")
        assert (answer.status_code, answer.json()["error"]) == (403, "blocked")
    assert [carla.post(what).status_code for what in ("typing/", "seen/", "end/")] == [403] * 3
    assert carla.begin().status_code == 403
    unblock_visitors(chat, author=cast.lena)
    unblock_visitors(chat, author=cast.lena)
    assert carla.write("Sorry").status_code == 200
    told = StoredEvent.objects.filter(type__startswith="visitor.").order_by("id").values_list("type", flat=True)
    assert list(told) == ["visitor.blocked", "visitor.unblocked"]


KILLED = """
import os, signal, sys
from uuid import UUID
import django
django.setup()
from django.db import transaction
from ancora.conversations.chats.commands.post import post_from_visitor
account, visitor = sys.argv[1:]
post_from_visitor(account, visitor, client_key=UUID(int=1), text="committed")
with transaction.atomic():
    post_from_visitor(account, visitor, client_key=UUID(int=2), text="not yet")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_process_killed_before_it_answered_leaves_a_line_once(unshared_database, account, databases, db):
    carla = Browser(account)
    carla.begin()
    known = {**os.environ, "ANCORA_DSN": databases.dsn(db)}
    ended = subprocess.run([sys.executable, "-c", KILLED, account.token, carla.token], env=known, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert [line["text"] for line in carla.lines()] == ["It leaks again", "committed"]
    again = [carla.write(text, client_key=UUID(int=key)) for key, text in ((1, "committed"), (2, "not yet"))]
    assert [one.json()["number"] for one in again] == [2, 3]
    assert [line["text"] for line in carla.lines()] == ["It leaks again", "committed", "not yet"]


def test_signs_more_than_a_browser_sends_are_refused(account):
    carla = Browser(account)
    carla.begin()
    answers = [carla.post("typing/").status_code for _sign in range(MOST_SIGNS + 1)]
    assert answers == [200] * MOST_SIGNS + [429]
    assert Browser(account).post("typing/").status_code == 401


def test_too_much_is_refused_with_words(account):
    carla = Browser(account, **{"accept-language": "en"})
    carla.begin()
    assert carla.write("x" * 4001).json()["words"] == "That is longer than 4000 characters. Send it in parts."
    assert carla.write("  \n").status_code == 400
    assert Browser(account).begin("\ud800\0x", name="\udfff\0Zoe").status_code == 200
    assert carla.post("lines/", text="x", client_key="none").status_code == 400
    assert carla.begin(email="nobody").json()["words"] == "“nobody” is no e-mail address."
    assert carla.send_files(*[SimpleUploadedFile(f"{n}.txt", b"x") for n in range(6)]).status_code == 400
    assert carla.send_files(SimpleUploadedFile("a.bin", b"x" * 10_000_001)).status_code == 400
    assert len(carla.lines()) == 1
    answers = [carla.write("x") for _line in range(30)]
    assert [one.status_code for one in answers[:29]] == [200] * 29
    assert (answers[29].status_code, answers[29]["Retry-After"]) == (429, "60")


def test_line_that_is_written_while_the_chat_is_ended_begins_another_session(account, cast):
    carla = Browser(account)
    carla.begin()
    with transaction.atomic():
        standing = standing_of(account.token, carla.token, is_held=True)
        end_chat(standing.conversation_id, ending=Ending.AGENT, actor=Actor.human(cast.marco))
        write_line(standing, client_key=uuid4(), text="Wait")
    assert list(Contact.objects.order_by("id").values_list("ending", flat=True)) == ["agent", ""]
    told = StoredEvent.objects.filter(type__in=("contact.started", "queue.entered")).count()
    assert told == 4
    # It began to be silent, and is not by the time its end has its turn.
    assert not end_if_silent(standing.conversation_id)
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert end_if_silent(standing.conversation_id)


def test_files_of_an_address_have_their_measure(account):
    carla, file = Browser(account), SimpleUploadedFile("a.txt", b"x")
    carla.begin()
    with clock.at(clock.now()):
        assert Browser(account).send_files(file).status_code == 401
        assert counted("chat-bytes:127.0.0.1") == 0
        count("chat-bytes:127.0.0.1", MOST_FLOOD - 1000)
        assert carla.send_files(file).status_code == 200
        answer = carla.send_files(SimpleUploadedFile("b.txt", b"x" * 1000))
        assert (answer.status_code, answer["Retry-After"]) == (429, "60")
        assert carla.write("Words are no files").status_code == 200


def test_files_are_for_who_was_told(account, mailbox):
    carla = Browser(account)
    carla.begin()
    png, text = SimpleUploadedFile("../leak.png", PNG), SimpleUploadedFile("invoice.html", b"<script>", "text/html")
    assert carla.send_files(png, text).json()["number"] == 2
    [line] = carla.lines(since=1)
    first, second = line["files"]
    assert (first["name"], first["type"], second["name"]) == ("leak.png", "image/png", "invoice.html")
    shown = carla.get(f"files/{first['id']}-{first['key']}/")
    saved = carla.get(f"files/{second['id']}-{second['key']}/")
    assert (shown.content, shown["Content-Type"]) == (PNG, "image/png")
    assert saved["Content-Disposition"].startswith("attachment")
    assert "sandbox" in saved["Content-Security-Policy"]
    assert carla.get(f"files/{first['id']}-{second['key']}/").status_code == 404
    other = Browser(open_account(mailbox, name="Other shop"))
    assert other.get(f"files/{first['id']}-{first['key']}/").status_code == 404


def test_line_long_after_the_end_begins_a_matter_of_its_own(account):
    carla, key = Browser(account), uuid4()
    first = carla.begin().json()["reference"]
    old = clock.now() - timedelta(days=100)
    Case.objects.update(status=Status.CLOSED, resolved_at=old)
    answer = carla.write("Another thing", client_key=key)
    assert answer.status_code == 200, answer.content
    assert answer.json()["number"] == 1
    assert answer.json()["reference"] != first
    assert CaseLink.objects.get().kind == "follows"
    assert [line["text"] for line in carla.lines()] == ["Another thing"]
    assert carla.write("Another thing", client_key=key).json() == answer.json()
    assert carla.write("And more").json()["number"] == 2
    assert Contact.objects.get().conversation == ChatVisitor.objects.get().conversation
    assert Conversation.objects.filter(account=account).count() == 2


@pytest.mark.parametrize(
    ("sites", "ancestors"), [([], "*"), (["https://Shop.example/", "x; script"], "'self' https://shop.example")]
)
def test_page_stands_in_the_frames_of_its_sites(account, sites, ancestors):
    account.settings = {"sites": sites}
    account.save()
    page = Browser(account).get("")
    assert page.status_code == 200
    assert page["Content-Security-Policy"].partition("frame-ancestors ")[2] == ancestors
    assert "X-Frame-Options" not in page
    assert not page.cookies
