"""What fetching asks of an IMAP server, and nothing more."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from ancora.conversations.channels.email.fetching.wire import ImapTrouble, Response, Wire
from ancora.conversations.channels.email.smtp import Account

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_RECEIVED = re.compile(rb'\bINTERNALDATE "([^"]+)"')
_CODE = re.compile(rb"\[(UIDVALIDITY|UIDNEXT) (\d+)\]")
_SHORT_BODY = re.compile(rb'\bBODY\[[^\]]*\](?:<\d+>)? (?:"((?:[^"\\]|\\.)*)"|NIL)')
_NEWS = re.compile(rb"^\* (?:\d+ (?:EXISTS|RECENT)|OK \[ALERT)")
_COUNT = re.compile(rb"^\* (\d+) (EXISTS|EXPUNGE)\b")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MOST_HEADER_BYTES = 256_000


@dataclass(frozen=True, slots=True)
class Selected:
    """A folder as it was when opened. `uid_next`: every mail that comes later has at least this UID."""

    uid_validity: int
    uid_next: int | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail in the folder that was not loaded yet."""

    uid: int
    size: int
    received_at: datetime | None


class Imap:
    """A signed-in connection; make it with `connect`. Everything raises `ImapTrouble`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._capabilities: set[str] = set()
        # A mail told of in an answer to another command is not told of again when we wait.
        self._count, self._has_news = 0, False

    @classmethod
    async def connect(cls, account: Account) -> "Imap":
        """Connect, encrypt and sign in as `account` says."""
        imap = cls(Wire(account.host, account.port))
        try:
            await imap._open(account)
        except BaseException:
            await imap.close()
            raise
        return imap

    @property
    def can_idle(self) -> bool:
        return "IDLE" in self._capabilities

    async def select(self, folder: str, *, read_only: bool = True) -> Selected:
        """Open a folder, by default so that nothing in it can change."""
        verb = "EXAMINE" if read_only else "SELECT"
        done = await self._wire.command(f"{verb} {quoted(encoded_folder(folder))}")
        if done.status != "OK":
            words = {"folder": folder, "answer": done.text}
            raise ImapTrouble(_("The folder “%(folder)s” cannot be opened: %(answer)s") % words, "folder")
        self._hear(done.responses)
        found = {match[1]: int(match[2]) for one in done.responses for match in [_CODE.search(one.text)] if match}
        return Selected(found.get(b"UIDVALIDITY", 0), found.get(b"UIDNEXT"))

    async def listed(self, first: int, last: int | None) -> list[Listed]:
        """The mails with UIDs from `first` to `last` (None: to the end) with size and arrival, in order."""
        done = await self._wire.command(f"UID FETCH {first}:{last or '*'} (UID RFC822.SIZE INTERNALDATE)")
        self._require(done)
        self._has_news = False
        self._hear(done.responses)
        # `n:*` names the last mail even when its UID is below n.
        found = {one.uid: one for response in done.responses if (one := _listed(response)) and one.uid >= first}
        return [found[uid] for uid in sorted(found)]

    async def uids_since(self, day: date) -> list[int]:
        """UIDs of mails that arrived on this day (in the server's time zone) or later."""
        done = await self._wire.command(f"UID SEARCH SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")
        self._require(done)
        lines = [one.text[8:] for one in done.responses if one.text.upper().startswith(b"* SEARCH")]
        return sorted(int(word) for line in lines for word in line.split() if word.isdigit())

    async def mails(self, uids: list[int]) -> AsyncIterator[tuple[int, bytes]]:
        """(UID, the mail as it is) for those that the server hands over; \\Seen is not set."""
        async for pair in self._bodies(uids, "BODY.PEEK[]"):
            yield pair

    async def header(self, uid: int) -> bytes:
        """The beginning of one mail's header."""
        texts = {found: text async for found, text in self._bodies([uid], f"BODY.PEEK[HEADER]<0.{MOST_HEADER_BYTES}>")}
        return texts.get(uid, b"")

    async def search_header(self, name: str, value: str) -> list[int]:
        """UIDs of mails whose header `name` holds `value` (both plain ASCII)."""
        done = await self._wire.command(f"UID SEARCH HEADER {name} {quoted(value)}")
        self._require(done)
        lines = [one.text[8:] for one in done.responses if one.text.upper().startswith(b"* SEARCH")]
        return [int(word) for line in lines for word in line.split() if word.isdigit()]

    async def remove(self, uids: list[int]) -> None:
        """Delete exactly these mails from a folder opened for writing."""
        if not uids:
            return
        numbers = ",".join(map(str, uids))
        self._require(await self._wire.command(f"UID STORE {numbers} +FLAGS.SILENT (\\Deleted)"))
        # Without UIDPLUS an EXPUNGE would take other people's deleted mails too; ours stay marked then.
        if "UIDPLUS" in self._capabilities:
            self._require(await self._wire.command(f"UID EXPUNGE {numbers}"))

    async def noop(self) -> None:
        done = await self._wire.command("NOOP")
        self._require(done)
        self._hear(done.responses)

    async def idle(self, seconds: float) -> bool:
        """Wait until the server tells of something new (True) or the time is over (False); it may have told already,
        since the last listing."""
        if self._has_news:
            return True
        tag = self._wire.next_tag()
        await self._wire.send(tag + b" IDLE\r\n")
        is_new = await self._wait_for_news(seconds)
        await self._wire.send(b"DONE\r\n")
        while not (one := await self._read()).text.startswith(tag + b" "):
            is_new = is_new or bool(_NEWS.match(one.text))
        return is_new

    async def close(self) -> None:
        await self._wire.close()

    async def _open(self, account: Account) -> None:
        if not account.host:
            raise ImapTrouble(_("This mailbox has no server for incoming mail."), "unreachable")
        greeting = await self._wire.open(tls=account.security == "tls")
        if not greeting.text.startswith((b"* OK", b"* PREAUTH")):
            words = {"host": account.host, "port": account.port}
            raise ImapTrouble(_("What answers at %(host)s, port %(port)s, is no IMAP server.") % words, "protocol")
        if account.security == "starttls":
            if (await self._wire.command("STARTTLS")).status != "OK":
                words = {"host": account.host, "port": account.port}
                raise ImapTrouble(
                    _("%(host)s does not offer STARTTLS on port %(port)s. Try TLS, or another port.") % words, "tls"
                )
            await self._wire.start_tls()
        await self._learn_capabilities()
        if not greeting.text.startswith(b"* PREAUTH"):
            await self._sign_in(account)
            await self._learn_capabilities()

    async def _sign_in(self, account: Account) -> None:
        if "AUTH=PLAIN" in self._capabilities:
            # Takes any letters, which LOGIN does not.
            secret = base64.b64encode(f"\0{account.user}\0{account.password}".encode())
            done = await self._wire.command("AUTHENTICATE PLAIN", continuation=secret)
        elif "LOGINDISABLED" in self._capabilities:
            words = {"host": account.host}
            raise ImapTrouble(_("%(host)s lets nobody sign in without TLS or STARTTLS.") % words, "tls")
        else:
            done = await self._wire.command(f"LOGIN {quoted(account.user)} {quoted(account.password)}")
        if done.status != "OK":
            words = {"host": account.host, "answer": done.text}
            raise ImapTrouble(_("%(host)s does not accept user name and password: %(answer)s") % words, "password")

    async def _learn_capabilities(self) -> None:
        done = await self._wire.command("CAPABILITY")
        for one in done.responses:
            if one.text.upper().startswith(b"* CAPABILITY"):
                self._capabilities = set(one.text.decode("ascii", "replace").upper().split()[2:])

    async def _bodies(self, uids: list[int], part: str) -> AsyncIterator[tuple[int, bytes]]:
        numbers = ",".join(map(str, uids))
        async for one in self._wire.stream(f"UID FETCH {numbers} (UID {part})"):
            if not isinstance(one, Response):
                continue
            self._hear([one])
            if uid := _UID.search(one.text):
                if one.literals:
                    yield int(uid[1]), one.literals[0]
                elif short := _SHORT_BODY.search(one.text):
                    yield int(uid[1]), re.sub(rb"\\(.)", rb"\1", short[1] or b"")

    def _hear(self, responses: list[Response]) -> None:
        """How many mails the server says there are; only another number is news, some servers repeat theirs."""
        for one in responses:
            if (told := _COUNT.match(one.text)) is None:
                continue
            if told[2] == b"EXPUNGE":
                self._count -= 1
            elif int(told[1]) != self._count:
                self._count, self._has_news = int(told[1]), True

    async def _wait_for_news(self, seconds: float) -> bool:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while (left := deadline - loop.time()) > 0:
            try:
                one = await self._read(left)
            except ImapTrouble as trouble:
                if isinstance(trouble.__cause__, TimeoutError):
                    return False
                raise
            self._hear([one])
            if _NEWS.match(one.text):
                return True
            if one.text.startswith(b"* BYE"):
                raise ImapTrouble(_("The server ended the connection."), "unreachable")
        return False

    async def _read(self, seconds: float = 60) -> Response:
        with self._wire.troubles():
            return await self._wire.response(seconds)

    def _require(self, done) -> None:
        if done.status != "OK":
            words = {"host": self._wire.host, "answer": done.text}
            raise ImapTrouble(_("%(host)s answers: %(answer)s") % words, "protocol")


def quoted(text: str) -> str:
    """A quoted string; line breaks, which would be another command, are refused."""
    if any(letter in text for letter in "\r\n\0"):
        raise ImapTrouble(_("Names and passwords cannot hold line breaks."), "protocol")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def encoded_folder(name: str) -> str:
    """A folder's name in IMAP's own UTF-7 (RFC 3501, 5.1.3)."""

    def coded(match: re.Match) -> str:
        if match[0] == "&":
            return "&-"
        return "&" + base64.b64encode(match[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"

    return re.sub(r"&|[^\x20-\x7e]+", coded, name)


def _listed(response: Response) -> Listed | None:
    uid, size = _UID.search(response.text), _SIZE.search(response.text)
    if uid is None or size is None:
        return None
    received = _RECEIVED.search(response.text)
    return Listed(int(uid[1]), int(size[1]), _moment(received[1]) if received else None)


def _moment(text: bytes) -> datetime | None:
    """` 5-Nov-2026 13:04:05 +0100`, whose month is English whatever the locale."""
    match = re.match(r"\s*(\d{1,2})-(\w{3})-(\d{4}) (\d\d:\d\d:\d\d [+-]\d{4})", text.decode("ascii", "replace"))
    if match is None or match[2].title() not in _MONTHS:
        return None
    month = _MONTHS.index(match[2].title()) + 1
    try:
        return datetime.strptime(f"{match[1]} {month} {match[3]} {match[4]}", "%d %m %Y %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
