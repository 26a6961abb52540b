"""Put around psycopg, sockets and files in a worker's process: notes each crossing, and kills it at one of them."""

import asyncio
import os
import re
import signal
import socket
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.pq import TransactionStatus

from ancora.testing.crashes.durability import Durability

_IMAP = re.compile(rb"^(?:A\d+ )?((?:UID )?[A-Z]+)(?: |\r\n)")
_SMTP = re.compile(rb"^(EHLO|HELO|MAIL|RCPT|DATA|RSET|QUIT)(?: |\r\n)", re.IGNORECASE)
# Autocommitted reads change nothing; these are functions that do.
_CHANGING_READ = re.compile(r"procrastinate_|advisory", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Point:
    """`side` of the crossing number `turn` of `border`, in one process."""

    side: str
    border: str
    turn: int

    def __str__(self) -> str:
        return f"{self.side} {self.border}, {self.turn}"

    @classmethod
    def read(cls, text: str) -> "Point":
        side, _, rest = text.partition(" ")
        border, _, turn = rest.rpartition(", ")
        return cls(side, border, int(turn))


@dataclass(slots=True)
class _Link:
    """A connection to a mail server, and the verb last said to it."""

    peer: str
    name: str
    said: str


class Watch:
    """Notes each crossing in `journal`, and ends this process at `victim`. `peers` maps ports to names."""

    def __init__(self, journal: Path, peers: dict[int, str], files: Path, victim: Point | None = None) -> None:
        self.peers = peers
        self.durability = Durability(journal.with_suffix(".durable"), files)
        self._journal = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._victim, self._turns, self._lock = victim, Counter(), threading.Lock()

    def install(self) -> None:
        """From here on nothing in this process passes unseen."""
        _watch_statements(self)
        _watch_sockets(self)
        _watch_files(self)

    @contextmanager
    def crossing(self, border: str) -> Iterator[None]:
        with self._lock:
            self._turns[border] += 1
            turn = self._turns[border]
        self._reach(Point("before", border, turn))
        yield
        self._reach(Point("after", border, turn))

    def passed(self, border: str) -> None:
        """Something came in: before it came is the moment after what was asked for."""
        with self._lock:
            self._turns[border] += 1
            turn = self._turns[border]
        self._reach(Point("after", border, turn))

    def _reach(self, point: Point) -> None:
        os.write(self._journal, f"{point}\n".encode())
        if point == self._victim:
            os.kill(os.getpid(), signal.SIGKILL)


def points_in(journal: Path) -> list[Point]:
    """What a process passed, in order."""
    return [Point.read(line) for line in journal.read_text().splitlines()] if journal.exists() else []


def _watch_statements(watch: Watch) -> None:
    plain, coroutine = psycopg.Connection.wait, psycopg.AsyncConnection.wait

    def wait(self, generator, *arguments, **named):
        if (what := _lasting(self, generator)) is None:
            return plain(self, generator, *arguments, **named)
        with watch.crossing(f"{what} in {_where()}"):
            return plain(self, generator, *arguments, **named)

    async def wait_async(self, generator, *arguments, **named):
        if (what := _lasting(self, generator)) is None:
            return await coroutine(self, generator, *arguments, **named)
        with watch.crossing(f"{what} in {_where()}"):
            return await coroutine(self, generator, *arguments, **named)

    psycopg.Connection.wait, psycopg.AsyncConnection.wait = wait, wait_async


def _lasting(connection, generator) -> str | None:
    """`commit`, or `statement` for one that commits itself; None for what a rollback takes back, and for reads."""
    is_idle = connection.pgconn.transaction_status == TransactionStatus.IDLE
    kind = generator.__name__
    if kind == "_commit_gen":
        return None if is_idle else "commit"
    if kind != "_execute_gen" or not is_idle or not connection.autocommit:
        return None
    query = generator.gi_frame.f_locals["query"]
    text = (query if isinstance(query, str) else str(query)).lstrip()
    is_read = not text or text.upper().startswith(("SELECT", "SHOW", "SET "))
    return None if is_read and not _CHANGING_READ.search(text) else "statement"


def _watch_sockets(watch: Watch) -> None:
    links: dict[int, _Link] = {}
    original = {name: getattr(socket.socket, name) for name in ("connect", "send", "sendall", "recv", "recv_into")}

    def connect(self, address):
        peer = watch.peers.get(address[1]) if isinstance(address, tuple) else None
        if peer is None:
            links.pop(self.fileno(), None)
            return original["connect"](self, address)
        link = links[self.fileno()] = _Link(peer, _mailbox() or peer, "greeting")
        with watch.crossing(f"{link.name} connect"):
            return original["connect"](self, address)

    def sending(name: str):
        def send(self, data, *rest):
            if (link := links.get(self.fileno())) is None:
                return original[name](self, data, *rest)
            link.said = _verb(link.peer, bytes(data[:40]))
            with watch.crossing(f"{link.name} {link.said}"):
                return original[name](self, data, *rest)

        return send

    def receiving(name: str):
        def receive(self, *rest):
            got = original[name](self, *rest)
            if (link := links.get(self.fileno())) is not None:
                watch.passed(f"{link.name} answer to {link.said}")
            return got

        return receive

    socket.socket.connect = connect
    for name in ("send", "sendall"):
        setattr(socket.socket, name, sending(name))
    for name in ("recv", "recv_into"):
        setattr(socket.socket, name, receiving(name))


def _mailbox() -> str | None:
    """The mailbox whose task this is."""
    try:
        name = asyncio.current_task().get_name()
    except RuntimeError:
        return None
    return name if name.startswith("mailbox-") else None


def _verb(peer: str, line: bytes) -> str:
    if line == b".\r\n":
        return "final dot"
    match = (_IMAP if peer == "imap" else _SMTP).match(line)
    return match[1].decode().upper() if match else "text"


def _watch_files(watch: Watch) -> None:
    sync, replace = os.fsync, os.replace

    def fsync(descriptor):
        with watch.crossing(f"fsync in {_where()}"):
            sync(descriptor)
            watch.durability.synced(descriptor)

    def rename(source, target, **named):
        with watch.crossing(f"rename in {_where()}"):
            replace(source, target, **named)

    os.fsync, os.replace = fsync, rename


def _where() -> str:
    """The function of the product, or of its queue, that is at work."""
    frame, connector = sys._getframe(1), ""
    while frame is not None:
        name = _name_of(frame)
        if name.startswith("ancora.") or (name.startswith("procrastinate.") and "connector" not in name):
            return ".".join(name.split(".")[-2:])
        connector = connector or (name if name.startswith("procrastinate.") else "")
        frame = frame.f_back
    return connector.rpartition(".")[2] or "elsewhere"


def _name_of(frame) -> str:
    module, function = frame.f_globals.get("__name__", ""), frame.f_code.co_name
    if module == "contextlib" and function == "inner":
        # A decorator that commits when what it decorates has returned.
        decorated = frame.f_locals["func"]
        module, function = decorated.__module__, decorated.__name__
    return "" if module.startswith("ancora.testing.") else f"{module}.{function}"
