"""IMAP on the wire: lines, literals, tagged answers (RFC 9051 and 3501).

Own code, because aioimaplib 2 has no STARTTLS, does not say why a connection failed, and joins what it receives
byte by byte in quadratic time.
"""

import asyncio
import contextlib
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from ancora.conversations.channels.email.plain_words import trouble_in_words

CONNECT_SECONDS = 30
# Between two pieces of an answer; a server that works on a long one sends something.
SILENCE_SECONDS = 120
LONGEST_LINE = 1_000_000
LONGEST_LITERAL = 64_000_000
_COUNTED = re.compile(rb"\* (\d+) (EXISTS|EXPUNGE)\b", re.IGNORECASE)
_LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")
# RFC 5530 and 9051 name them; Google says OVERQUOTA when too much was asked for in a day.
_BUSY = re.compile(
    r"\[(?:THROTTLED|OVERQUOTA|LIMIT|UNAVAILABLE|INUSE)\b|too many (?:simultaneous )?connections|throttled", re.I
)
_BACKOFF = re.compile(r"backoff time: (\d{1,9}) milliseconds", re.IGNORECASE)
BUSY_SECONDS, LONGEST_BUSY_SECONDS = 120.0, 1800.0
# Lines that are no answer at all; then what speaks there is no IMAP server, or no longer one.
MOST_GARBAGE = 100


class ImapTrouble(Exception):
    """What is wrong, in words for an administrator; `reason` is a code: unreachable, tls, password, token, folder,
    busy, protocol, or one of `OAuthTrouble`. `seconds`: how long the server wants to be left alone."""

    def __init__(self, message: str, reason: str, seconds: float = 0):
        super().__init__(message)
        self.reason = reason
        self.seconds = seconds


class ImapRefusal(ImapTrouble):
    """The server understood and said no; the connection can be used on."""


@dataclass(slots=True)
class Response:
    """One untagged answer: its text without literals, and the literals in their order."""

    text: bytes
    literals: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended: OK, NO or BAD, the words of the server, and what it told on the way."""

    status: str
    text: str
    responses: list[Response]


class Wire:
    """A connection to an IMAP server."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter | None = None
        self._count = 0
        # Whether a new mail was announced since this was last unset: servers announce once, at the end of whatever
        # command happens to run.
        self.has_news = False
        self._exists = 0

    async def open(self, *, tls: bool) -> Response:
        """Connect; returns the greeting."""
        context = {"ssl": ssl.create_default_context(), "server_hostname": self.host} if tls else {}
        with self.troubles():
            async with asyncio.timeout(CONNECT_SECONDS):
                self._reader, self._writer = await asyncio.open_connection(
                    self.host, self.port, limit=LONGEST_LINE, **context
                )
                return await self.response()

    async def start_tls(self) -> None:
        with self.troubles():
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._writer.start_tls(ssl.create_default_context(), server_hostname=self.host)

    async def command(self, line: str | bytes, *, continuation: Callable[[bytes], bytes] | None = None) -> Done:
        """Send a command and gather everything up to its tagged answer. `continuation` gives what to say when the
        server asks for more, from what it says with that."""
        responses: list[Response] = []
        async for one in self.stream(line, continuation=continuation):
            if isinstance(one, Done):
                return Done(one.status, one.text, responses)
            responses.append(one)
        raise AssertionError("a stream ends with Done")

    async def stream(self, line: str | bytes, *, continuation: Callable[[bytes], bytes] | None = None):
        """As `command`, but hands over each untagged answer as it comes, the `Done` last."""
        tag = self.next_tag()
        await self.send(tag + b" " + (line.encode() if isinstance(line, str) else line) + b"\r\n")
        garbage = 0
        while garbage < MOST_GARBAGE:
            with self.troubles():
                one = await self.response()
            if one.text.startswith(b"+") and continuation is not None:
                await self.send(continuation(one.text[1:].strip()) + b"\r\n")
            elif one.text.startswith(tag + b" "):
                yield done(one.text[len(tag) + 1 :])
                return
            elif one.text.startswith(b"* BYE"):
                raise ended(self.host, one.text)
            elif one.text.startswith(b"* "):
                yield one
            else:
                garbage += 1
        raise self._no_imap()

    def next_tag(self) -> bytes:
        self._count += 1
        return b"A%d" % self._count

    async def send(self, line: bytes) -> None:
        with self.troubles():
            self._writer.write(line)
            async with asyncio.timeout(SILENCE_SECONDS):
                await self._writer.drain()

    async def response(self, seconds: float | None = None) -> Response:
        """The next answer with its literals; `TimeoutError` after so many seconds of silence (two minutes)."""
        seconds = SILENCE_SECONDS if seconds is None else seconds
        found = Response(b"")
        while True:
            async with asyncio.timeout(seconds):
                line = await self._reader.readuntil(b"\r\n")
            literal = _LITERAL.search(line)
            if literal is None:
                found.text += line[:-2]
                self._count_mails(found.text)
                return found
            found.text += line[: literal.start()] + b"{}"
            found.literals.append(await self._literal(int(literal[1])))

    def _count_mails(self, text: bytes) -> None:
        """Some servers repeat the number of mails after every command: only a higher one is news."""
        if counted := _COUNTED.match(text):
            if counted[2].upper() == b"EXPUNGE":
                self._exists -= 1
            else:
                self.has_news = self.has_news or int(counted[1]) > self._exists
                self._exists = int(counted[1])

    async def _literal(self, size: int) -> bytes:
        if size > LONGEST_LITERAL:
            raise ImapTrouble(_("%(host)s sends more than was asked for.") % {"host": self.host}, "protocol")
        pieces, left = [], size
        while left:
            async with asyncio.timeout(SILENCE_SECONDS):
                piece = await self._reader.read(min(left, 256_000))
            if not piece:
                raise EOFError("in the middle of a mail")
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError, TimeoutError, ssl.SSLError):
                async with asyncio.timeout(2):
                    await self._writer.wait_closed()

    def _no_imap(self) -> ImapTrouble:
        words = {"host": self.host, "port": self.port}
        return ImapTrouble(_("What answers at %(host)s, port %(port)s, is no IMAP server.") % words, "protocol")

    @contextlib.contextmanager
    def troubles(self):
        try:
            yield
        except asyncio.IncompleteReadError as error:
            closed = EOFError(_("it hung up"))
            raise ImapTrouble(trouble_in_words(closed, self.host, self.port), "unreachable") from error
        except (asyncio.LimitOverrunError, UnicodeError) as error:
            raise self._no_imap() from error
        except (OSError, EOFError) as error:
            reason = "tls" if isinstance(error, ssl.SSLError) else "unreachable"
            raise ImapTrouble(trouble_in_words(error, self.host, self.port), reason) from error


def ended(host: str, line: bytes) -> ImapTrouble:
    """The trouble that a `* BYE` is."""
    said = shown(line[6:])
    trouble = ImapTrouble(_("%(host)s ends the connection: %(answer)s") % {"host": host, "answer": said}, "unreachable")
    return refused(host, said, trouble)


def refused(host: str, said: str, trouble: ImapTrouble) -> ImapTrouble:
    """`trouble`, unless what the server said means only that it wants to be left alone for a while."""
    if not _BUSY.search(said):
        return trouble
    wanted = _BACKOFF.search(said)
    seconds = min(max(int(wanted[1]) / 1000, 1.0), LONGEST_BUSY_SECONDS) if wanted else BUSY_SECONDS
    words = {"host": host, "answer": said}
    return ImapTrouble(_("%(host)s wants to be left alone for a while: %(answer)s") % words, "busy", seconds)


def done(line: bytes) -> Done:
    status, _space, text = line.partition(b" ")
    return Done(status.decode("ascii", "replace").upper(), shown(text), [])


def shown(text: bytes) -> str:
    return text.decode("utf-8", "replace").replace("\0", "").strip()[:500]


def quoted(text: str) -> str:
    """A quoted string; line breaks, which would be another command, are refused."""
    if any(letter in text for letter in "\r\n\0"):
        raise ImapTrouble(_("Names and passwords cannot hold line breaks."), "protocol")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
