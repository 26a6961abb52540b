"""A small IMAP server whose manners can be set, and whose folder may hold a million mails that nobody wrote.

It knows what fetching asks for and nothing more, counts what it was asked and how much it said.
"""

import base64
import re
import socket
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

HANG_UP = b"hang up"
MODERN = "IMAP4rev1 IDLE UIDPLUS ESEARCH SASL-IR AUTH=PLAIN"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
_TAG = re.compile(rb"(\S+) (.*)")
type Manner = Callable[[str], bytes | None]


class ImapPeer:
    """`uids` of its folder, in order; `mail(uid)` and `arrived(uid)` say what they are.

    `manners` maps a command (`UID FETCH`, `IDLE`, `greeting` …) to a function of its line that gives what to say
    instead (with `{tag}` in it), HANG_UP, or None to answer properly.
    """

    def __init__(
        self,
        uids: Sequence[int] = (),
        *,
        capabilities: str = MODERN,
        arrived: Callable[[int], datetime] = lambda uid: LONG_AGO + timedelta(seconds=uid),
        says_uid_next: bool = True,
        uid_validity: int = 7,
    ) -> None:
        self.uids, self.capabilities, self.arrived = uids, capabilities, arrived
        self.says_uid_next, self.uid_validity = says_uid_next, uid_validity
        self.new: dict[int, bytes] = {}
        self.manners: dict[str, Manner] = {}
        self.commands: list[str] = []
        self.sent = self.connections = 0
        self.drip_seconds = 0.0
        self._idle: set[socket.socket] = set()
        self._told: dict[socket.socket, int] = {}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def mail(self, uid: int) -> bytes:
        when = format_datetime(self.arrived(uid))
        return (
            self.new.get(uid)
            or (
                f"From: Carla <carla{uid}@customer.example>\r\nTo: support@shop.example\r\nDate: {when}\r\n"
                f"Subject: Mail {uid}\r\nMessage-ID: <{uid}@customer.example>\r\n\r\nText of mail {uid}.\r\n"
            ).encode()
        )

    def deliver(self, uid: int, raw: bytes = b"") -> None:
        """A new mail, announced to whoever waits in IDLE."""
        self.new[uid] = raw
        self.announce(b"* %d EXISTS\r\n" % self._count())

    def announce(self, words: bytes) -> None:
        for link in list(self._idle):
            self._say(link, words)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def asked(self, beginning: str) -> list[str]:
        return [line for line in self.commands if line.startswith(beginning)]

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(link,), daemon=True).start()

    def _talk(self, link: socket.socket) -> None:
        with link, link.makefile("rb") as lines:
            try:
                self._answer(link, lines, b"", "greeting")
                while match := _TAG.match(lines.readline().strip()):
                    self._answer(link, lines, match[1], match[2].decode())
            except (OSError, EOFError):
                return
            finally:
                self._idle.discard(link)

    def _answer(self, link, lines, tag: bytes, line: str) -> None:
        words = line.split()
        verb = " ".join(words[:2]).upper() if words[0].upper() == "UID" else words[0].upper()
        if tag:
            self.commands.append(line)
        manner = self.manners.get(verb if tag else "greeting")
        said = manner(line) if manner else None
        if said == HANG_UP:
            raise EOFError
        if said is not None:
            self._say(link, said.replace(b"{tag}", tag))
        elif not tag:
            self._say(link, b"* OK here\r\n")
        elif verb == "IDLE":
            self._wait(link, lines, tag)
        elif verb == "AUTHENTICATE":
            self._say(link, b"+ \r\n")
            base64.b64decode(lines.readline(), validate=False)
            self._say(link, tag + b" OK signed in\r\n")
        else:
            self._told[link] = self._count()
            for piece in self._proper(verb, words):
                self._say(link, piece)
            self._say(link, tag + b" OK done\r\n")

    def _wait(self, link, lines, tag: bytes) -> None:
        self._say(link, b"+ idling\r\n")
        self._idle.add(link)
        # What came since it was last asked, as every server tells at once.
        if self._count() != self._told.get(link):
            self._say(link, b"* %d EXISTS\r\n" % self._count())
        if not lines.readline():
            raise EOFError
        self._idle.discard(link)
        self._say(link, tag + b" OK done\r\n")

    def _proper(self, verb: str, words: list[str]) -> Iterator[bytes]:
        if verb == "CAPABILITY":
            yield f"* CAPABILITY {self.capabilities}\r\n".encode()
        elif verb in ("EXAMINE", "SELECT"):
            yield b"* %d EXISTS\r\n* OK [UIDVALIDITY %d]\r\n" % (self._count(), self.uid_validity)
            if self.says_uid_next:
                yield b"* OK [UIDNEXT %d]\r\n" % (self._last() + 1)
        elif verb == "UID FETCH":
            for uid in self._wanted(words[2]):
                yield self._fetched(uid, " ".join(words[3:]))
        elif verb == "UID SEARCH":
            yield self._found(words[2:])

    def _fetched(self, uid: int, items: str) -> bytes:
        raw = self.mail(uid)
        if "BODY.PEEK" in items:
            return b"* 1 FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, len(raw), raw)
        when = self.arrived(uid).strftime("%d-%b-%Y %H:%M:%S +0000")
        return f'* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)} INTERNALDATE "{when}")\r\n'.encode()

    def _found(self, words: list[str]) -> bytes:
        criteria = words[2:] if words[0] == "RETURN" else words
        if criteria[0] == "UID":
            found = list(self._wanted(criteria[1]))
        else:
            day = datetime.strptime(criteria[1], "%d-%b-%Y").replace(tzinfo=UTC)
            # Old mails lie in the order of their arrival; a million is not looked at one by one.
            found = list(self.uids[bisect_left(self.uids, day, key=self.arrived) :])
            found += [uid for uid in sorted(self.new) if self.arrived(uid) >= day]
        if words[0] != "RETURN":
            return f"* SEARCH {' '.join(map(str, found))}\r\n".encode()
        if words[1] == "(COUNT)":
            return b'* ESEARCH (TAG "x") UID COUNT %d\r\n' % len(found)
        return b'* ESEARCH (TAG "x") UID MIN %d\r\n' % found[0] if found else b'* ESEARCH (TAG "x") UID\r\n'

    def _wanted(self, numbers: str) -> Iterator[int]:
        for part in numbers.split(","):
            first, _colon, last = part.partition(":")
            if first == "*" or (last == "*" and int(first) > self._last()):
                yield from [self._last()] if self._count() else []
                continue
            end = self._last() if last == "*" else int(last or first)
            yield from self.uids[bisect_left(self.uids, int(first)) : bisect_right(self.uids, end)]
            yield from (uid for uid in sorted(self.new) if int(first) <= uid <= end)

    def _count(self) -> int:
        return len(self.uids) + len(self.new)

    def _last(self) -> int:
        return max(self.uids[-1] if len(self.uids) else 0, max(self.new, default=0))

    def _say(self, link: socket.socket, words: bytes) -> None:
        self.sent += len(words)
        if self.drip_seconds:
            for start in range(0, len(words), 64):
                link.sendall(words[start : start + 64])
                threading.Event().wait(self.drip_seconds)
        else:
            link.sendall(words)


@contextmanager
def imap_peer(*arguments, **options) -> Iterator[ImapPeer]:
    peer = ImapPeer(*arguments, **options)
    try:
        yield peer
    finally:
        peer.close()


def once(said: bytes, *, times: int = 1) -> Manner:
    """The first time (or times) `said`, then properly."""
    left = iter([said] * times)
    return lambda _line: next(left, None)
