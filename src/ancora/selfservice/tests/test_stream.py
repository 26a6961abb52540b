"""What one side writes is on the other's screen at once, whichever process took it in."""

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import connection

from ancora.cases.commands import add_note
from ancora.cases.commands.saying import say_in_case
from ancora.cases.models import Case, Status
from ancora.conversations.chats.commands.end import end_chat
from ancora.conversations.chats.commands.seen import show_presence, show_typing
from ancora.conversations.chats.models import Ending
from ancora.conversations.chats.tests.rooms import Browser, open_account
from ancora.conversations.chats.visitors import digest_of
from ancora.conversations.models import ChatVisitor
from ancora.platform import clock
from ancora.platform.accounts.queries import forget_organisation
from ancora.platform.events.actors import Actor
from ancora.platform.http.pace import count
from ancora.platform.live.hub import hub
from ancora.platform.live.tests.test_streams import Listener
from ancora.selfservice import gate
from ancora.selfservice.door import MOST_REFUSALS
from ancora.selfservice.tests.streams import ChatStream
from ancora.testing.site import session_cookie


@pytest.fixture
def listen(unshared_database, cast):
    """`listen(account, token)`: an open stream at a real server. Posts of the tests come from another process to it:
    they reach it through the database alone."""
    from ancora.testing.site import web_server

    opened = []
    with web_server() as (_server, address):

        def open_one(account, token, **options) -> ChatStream:
            opened.append(ChatStream(address, account, token, **options))
            return opened[-1]

        open_one.address = address
        yield open_one
        for stream in opened:
            stream.close()


@pytest.fixture
def account(cast, mailbox):
    return open_account(mailbox)


def _line(number: int):
    return lambda told: told["kind"] == "line" and told["number"] == number


def test_lines_and_signs_of_both_sides_arrive(cast, account, listen):
    carla = Browser(account)
    carla.begin("It leaks")
    carla.write("Again")
    conversation_id = ChatVisitor.objects.get().conversation_id
    stream = listen(account, carla.token, since=1)
    assert stream.hears(lambda told: told["kind"] == "state")["newest"] == 2
    assert stream.hears(_line(2))["text"] == "Again"
    case, text = Case.objects.get(), "Spare part\nis on its way " * 20
    say_in_case(case, text=text, author=cast.marco, form_key=uuid4())
    told = stream.hears(_line(3))
    assert (told["from"], told["name"], told["text"]) == ("agent", "Marco Reale", text.strip())
    # Longer than a notice of the database: the browser fetches it.
    carla.write("è" * 4000)
    long = stream.hears(_line(4))
    assert (long["fetch"], long["from"]) == (True, "visitor")
    assert carla.lines(since=3)[0]["text"] == "è" * 4000
    show_typing(conversation_id, name="Marco Reale")
    show_presence(conversation_id, name="Marco Reale", is_here=True)
    add_note(case, text="Only for us", author=cast.lena)
    carla.post("typing/")
    carla.post("seen/", delivered=3, read=3)
    end_chat(conversation_id, ending=Ending.AGENT, actor=Actor.human(cast.marco))
    stream.hears(lambda told: told["kind"] == "ended")
    assert "Only for us" not in str(stream.heard)
    others = ("line", "state", "wait", "visitor")
    assert [(one["kind"], one.get("by")) for one in stream.heard if one["kind"] not in others] == [
        ("seen", "agent"),
        ("typing", "agent"),
        ("presence", None),
        ("typing", "visitor"),
        ("seen", "visitor"),
        ("ended", "agent"),
    ]
    assert stream.numbers == [2, 3, 4]


def test_streams_are_for_whom_they_are(cast, account, mailbox, listen):
    carla, zoe = Browser(account), Browser(account)
    carla.begin()
    zoe.begin()
    other = open_account(mailbox, name="Other shop")
    assert listen(account, "nonsense").status == 401
    assert listen(account, "").status == 401
    assert listen(other, carla.token).status == 401
    assert listen(account, carla.token, origin="https://elsewhere.example").status == 403
    hers, theirs = listen(account, carla.token), listen(account, zoe.token)
    theirs.hears(_line(1))
    carla.write("Mine alone")
    hers.hears(_line(2))
    zoe.write("Mine too")
    assert theirs.hears(_line(2))["text"] == "Mine too"
    assert len(theirs.numbers) == 2
    # Known, and not heard: the browser forgets nothing for that.
    ChatVisitor.objects.filter(token_digest=digest_of(zoe.token)).update(blocked_at=clock.now())
    assert listen(account, zoe.token).status == 403


def test_all_who_come_back_at_once_get_what_is_theirs(account, mailbox, listen):
    """As after a restart: they are asked for together."""
    browsers = [Browser(account) for _one in range(12)]
    for number, one in enumerate(browsers):
        one.begin(f"Mine is {number}")
        one.write(f"Number {number}")
    ChatVisitor.objects.filter(token_digest=digest_of(browsers[3].token)).update(blocked_at=clock.now())
    tokens = [one.token for one in browsers] + ["nonsense"]
    with ThreadPoolExecutor(len(tokens)) as threads:
        streams = list(threads.map(lambda token: listen(account, token, since=1), tokens))
    assert [one.status for one in streams] == [200, 200, 200, 403, *[200] * 8, 401]
    for number, stream in enumerate(streams):
        if stream.status == 200:
            assert stream.hears(lambda told: told["kind"] == "line")["text"] == f"Number {number}"
            assert stream.hears(lambda told: told["kind"] == "state")["newest"] == 2


def test_stream_is_opened_also_where_nothing_was_asked_for_long(account, listen, monkeypatch):
    """Then what is known of the organisation is looked up again, which the loop of all streams may not do."""
    carla = Browser(account)
    carla.begin()
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE")
    forget_organisation()
    assert listen(account, carla.token).status == 200


def test_other_browsers_hear_that_a_new_matter_has_begun(account, listen):
    carla, phone = Browser(account), Browser(account)
    first = carla.begin().json()["reference"]
    ticket = carla.post("device/").json()["url"].partition("#")[2]
    assert phone.post("join/", ticket=ticket).status_code == 200
    stream = listen(account, phone.token)
    assert stream.hears(lambda told: told["kind"] == "state")["reference"] == first
    Case.objects.update(status=Status.CLOSED, resolved_at=clock.now() - timedelta(days=100))
    begun = carla.write("Another thing").json()["reference"]
    told = stream.hears(lambda told: told["kind"] == "state" and told["reference"] != first)
    assert (told["reference"], told["newest"]) == (begun, 1)


def test_desk_hears_the_lines_of_a_chat_it_may_see(cast, account, mailbox, listen):
    """Among what its stream brings anyway; who may not see the case hears nothing."""
    carla = Browser(account)
    carla.begin()
    topic = f"chat-{ChatVisitor.objects.get().conversation_id}"
    cookie = session_cookie(cast.marco, listen.address)
    desk = Listener(listen.address, f"{cookie['name']}={cookie['value']}", f"case {topic}")
    carla.write("Anybody there?")
    deadline = time.monotonic() + 10
    while not any('"number": 2' in said for said in desk.topics_heard) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert any("Anybody there?" in said for said in desk.topics_heard)
    desk.close()


def test_streams_that_closed_are_forgotten(account, listen):
    carla = Browser(account)
    carla.begin()
    before = len(hub)
    stream = listen(account, carla.token)
    stream.hears(_line(1))
    assert len(hub) == before + 1
    stream.close()
    deadline = time.monotonic() + 10
    while len(hub) > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(hub) == before


def test_streams_have_a_measure(account, listen, monkeypatch, settings):
    carla = Browser(account)
    carla.begin()
    monkeypatch.setattr(gate, "MOST_OF_A_CHAT", 1)
    first = listen(account, carla.token)
    first.hears(lambda told: told["kind"] == "state")
    second = listen(account, carla.token)
    second.hears(lambda told: told["kind"] == "state")
    deadline = time.monotonic() + 10
    while "later" not in first.events and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "later" in first.events
    settings.CHAT_STREAMS_PER_ADDRESS = 1
    assert listen(account, carla.token).status == 429
    carla.write("Still heard")
    assert second.hears(_line(2))["text"] == "Still heard"
    with clock.at(clock.now()):
        count("chat-guess:127.0.0.1", MOST_REFUSALS)
        assert listen(account, "nonsense").status == 429


def _post(address: str, account, token: str, what: str, body, **headers) -> tuple[int, dict]:
    """As the page in the frame does it, at the real server."""
    asked = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    known = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    sent = body if isinstance(body, str) else json.dumps(body)
    asked.request("POST", f"/chat/{account.token}/{what}/", sent, known | headers)
    answer = asked.getresponse()
    found = answer.status, json.loads(answer.read())
    asked.close()
    return found


def test_the_short_way_answers_as_the_long_one(account, listen):
    carla, key = Browser(account), str(uuid4())
    reference = carla.begin().json()["reference"]

    def post(what, body, **headers):
        return _post(listen.address, account, carla.token, what, body, **headers)

    for _time in range(2):
        assert post("lines", {"client_key": key, "text": "Again"}) == (200, {"number": 2, "reference": reference})
    assert post("typing", {}) == post("seen", {"read": 1}) == (200, {})
    italian = post("lines", {"client_key": key, "text": "x" * 4001}, **{"Accept-Language": "it"})
    assert (italian[0], italian[1]["error"]) == (400, "refused")
    assert post("lines", "{")[0] == post("lines", {"text": "x" * 200_000})[0] == 400
    assert post("lines", {}, Origin="https://elsewhere.example")[0] == 403
    assert _post(listen.address, account, "nonsense", "lines", {"client_key": key, "text": "x"})[0] == 401
    for host in ("elsewhere.example", "a b"):
        asked = http.client.HTTPConnection(urlsplit(listen.address).netloc, timeout=30)
        headers = {"Host": host, "Content-Type": "application/json"}
        asked.request("POST", f"/chat/{account.token}/typing/", "{}", headers)
        assert asked.getresponse().status == 400
        asked.close()
    # A database that was started again is not noticed by who writes.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] > 0
    assert [post("lines", {"client_key": str(uuid4()), "text": "Still there"})[0] for _line in range(4)] == [200] * 4
    assert [line["number"] for line in carla.lines()] == [1, 2, 3, 4, 5, 6]
    assert listen(account, carla.token).status == 200
