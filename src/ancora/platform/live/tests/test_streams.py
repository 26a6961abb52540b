"""Screens change by themselves: a commit reaches those who may hear of it at once, an idle stream costs nothing."""

import contextlib
import socket
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction

from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish
from ancora.platform.events.tests.examples import Tried
from ancora.platform.live.hub import CHANNEL, hub
from ancora.testing.site import session_cookie


@dataclass
class Listener:
    """A browser's open stream: a plain socket, read by a thread unless it is a slow one."""

    address: str
    cookie: str = ""
    topics: str = "case"
    reads: bool = True

    def __post_init__(self):
        place = urlsplit(self.address)
        self.socket = socket.create_connection((place.hostname, place.port), timeout=30)
        path = f"/live/?topics={self.topics.replace(' ', '+')}"
        head = f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {self.cookie}\r\n\r\n"
        self.socket.sendall(head.encode("latin-1"))
        self._file = self.socket.makefile("rb")
        self.status = int(self._file.readline().split()[1])
        while self._file.readline().strip():
            pass
        self.heard: list[tuple[float, str]] = []
        self.ended = threading.Event()
        if self.status == 200:
            self._until(b"retry")
            if self.reads:
                threading.Thread(target=self._read, daemon=True).start()

    @property
    def topics_heard(self) -> list[str]:
        return [topic for _at, topic in self.heard]

    def hears(self, topic: str, patience: float = 5.0) -> float:
        """When `topic` came; fails when it does not."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            for at, heard in list(self.heard):
                if heard == topic:
                    return at
            time.sleep(0.005)
        raise AssertionError(f"{topic} was not heard, only {self.topics_heard}")

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def _until(self, start: bytes) -> bytes:
        while line := self._file.readline():
            if line.startswith(start):
                return line
        return b""

    def _read(self) -> None:
        try:
            while line := self._until(b"data: "):
                self.heard.append((time.monotonic(), line[6:].strip().decode()))
        except (OSError, ValueError):
            pass
        self.ended.set()


@pytest.fixture
def served(unshared_database, cast):
    """The web server alone; gives it with its address. Stopped in the test or after it."""
    from ancora.testing.site import web_server

    with web_server() as (server, address):
        yield server, address


@pytest.fixture
def listen(served):
    """`listen(user, topics)`: an open stream of that person, closed after the test."""
    _server, address = served
    opened, cookies = [], {}

    def open_one(user=None, topics="case", **options) -> Listener:
        if user is not None and user.pk not in cookies:
            cookie = session_cookie(user, address)
            cookies[user.pk] = f"{cookie['name']}={cookie['value']}"
        opened.append(Listener(address, cookies[user.pk] if user else options.pop("cookie", ""), topics, **options))
        return opened[-1]

    yield open_one
    for listener in opened:
        listener.close()


def _change(case_id: int = 17) -> float:
    with transaction.atomic():
        publish(Tried(case_id=case_id), actor=SYSTEM)
    return time.monotonic()


def _eventually(condition, patience: float = 5.0) -> bool:
    deadline = time.monotonic() + patience
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def test_stranger_gets_403(listen):
    for cookie in ("", "ancora_session=nonsense", "bad cookie; =; ancora_session", "ancora_session="):
        assert listen(None, cookie=cookie).status == 403


def test_person_who_may_no_longer_sign_in_gets_403(cast, listen):
    assert listen(cast.stan).status == 200
    cast.stan.is_active = False
    cast.stan.save()
    assert listen(cast.stan).status == 403


def test_session_of_an_old_password_gets_403(cast, listen):
    assert listen(cast.stan).status == 200
    cast.stan.set_password("another password")
    cast.stan.save()
    assert listen(cast.stan).status == 403


def test_odd_cookies_of_others_do_not_shut_a_person_out(cast, served):
    cookie = session_cookie(cast.marco, served[1])
    listener = Listener(served[1], f'odd="x; bad name=1; {cookie["name"]}={cookie["value"]}')
    assert listener.status == 200
    listener.close()


def test_commit_is_heard_within_a_second(cast, listen):
    listener = listen(cast.marco)
    committed = _change()
    assert listener.hears("case") - committed < 1


def test_change_that_is_taken_back_is_not_heard(cast, listen):
    listener = listen(cast.marco)
    with transaction.atomic():
        publish(Tried(case_id=17), actor=SYSTEM)
        transaction.set_rollback(True)
    time.sleep(0.3)
    assert "case" not in listener.topics_heard


def test_only_allowed_topics_are_heard(cast, mailbox, arrive, listen):
    from ancora.cases.models import Case
    from ancora.cases.tests.test_api import letter
    from ancora.parties.models import Team

    mailbox.teams.add(Team.objects.create(name="Board"))
    arrive(letter(), mailbox)
    pk = Case.objects.get().pk
    topics = f"case-{pk} case-999 nothing nothing-1 case-x case-{'9' * 30} event <b>"
    owner, stranger = listen(cast.anna, topics), listen(cast.stan, topics)
    _change(pk)
    assert owner.hears(f"case-{pk}")
    _change(999)
    time.sleep(0.2)
    assert stranger.topics_heard == []
    assert set(owner.topics_heard) == {f"case-{pk}"}


def test_stream_that_opens_while_the_database_is_away_is_told_503(cast, served):
    # The door is what is tried: whoever cannot be known now is asked to come again, not sent away.
    cookie = session_cookie(cast.marco, served[1])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_session RENAME TO away")
    listener = Listener(served[1], f"{cookie['name']}={cookie['value']}")
    assert listener.status == 503
    listener.close()


def test_lost_listening_connection_makes_everybody_fetch_afresh(cast, listen):
    listener = listen(cast.marco)
    assert _eventually(lambda: _of_listening("count(*)") == 1)
    assert _of_listening("count(pg_terminate_backend(pid))") == 1
    assert listener.hears("all")
    committed = _change()
    assert listener.hears("case") > committed - 1


def _of_listening(what: str) -> int:
    """Something about the connections that listen."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {what} FROM pg_stat_activity WHERE datname = current_database() AND query = %s",  # noqa: S608
            [f"LISTEN {CHANNEL}"],
        )
        return cursor.fetchone()[0]


def test_three_hundred_open_streams_leave_the_pages_alone(cast, served, listen):
    _server, address = served
    listeners = [listen(cast.marco, "case case-17") for _stream in range(300)]
    assert {listener.status for listener in listeners} == {200}
    assert _eventually(lambda: len(hub) == 300)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        assert cursor.fetchone()[0] <= 3
    began = time.monotonic()
    page = Page(address, listeners[0].cookie)
    assert page.status == 200
    assert time.monotonic() - began < 15
    committed = _change()
    assert max(listener.hears("case", 10) for listener in listeners) - committed < 10


def test_server_stops_soon_with_open_streams(cast, served, listen):
    server, _address = served
    listeners = [listen(cast.marco) for _stream in range(20)]
    began = time.monotonic()
    server.should_exit = True
    assert all(listener.ended.wait(5) for listener in listeners)
    assert _eventually(lambda: server.has_stopped)
    assert time.monotonic() - began < 5


def test_slow_reader_blocks_nobody_and_reads_on_later(cast, listen):
    slow, quick = listen(cast.marco, "case", reads=False), listen(cast.lena, "case")
    assert _eventually(lambda: len(hub) == 2)
    for _number in range(20):
        with transaction.atomic():
            for case_id in range(1, 100):
                publish(Tried(case_id=case_id), actor=SYSTEM)
    last = _change()
    assert _eventually(lambda: quick.heard and quick.heard[-1][0] >= last - 1)
    slow.reads = True
    threading.Thread(target=slow._read, daemon=True).start()
    assert slow.hears("case")


def test_reader_that_goes_leaves_nothing_behind(cast, listen):
    stays, goes = listen(cast.marco), listen(cast.lena)
    assert _eventually(lambda: len(hub) == 2)
    goes.close()
    assert _eventually(lambda: len(hub) == 1)
    _change()
    assert stays.hears("case")


class Page:
    """The answer to one plain request."""

    def __init__(self, address: str, cookie: str, path: str = "/queues/open/"):
        import http.client

        place = urlsplit(address)
        asked = http.client.HTTPConnection(place.hostname, place.port, timeout=20)
        asked.request("GET", path, headers={"Cookie": cookie, "Host": place.netloc})
        self.status = asked.getresponse().status
        asked.close()
