"""What fetching asks of an IMAP server, and nothing more."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from ancora.conversations.channels.email.fetching.answers import (
    MONTHS,
    UID,
    Listed,
    encoded_folder,
    listed_in,
    numbers_in,
)
from ancora.conversations.channels.email.fetching.signing_in import sign_in
from ancora.conversations.channels.email.fetching.wire import (
    Done,
    ImapRefusal,
    ImapTrouble,
    Response,
    Wire,
    done,
    ended,
    quoted,
    refused,
)
from ancora.conversations.channels.email.smtp import Account

_CODE = re.compile(rb"\[(UIDVALIDITY|UIDNEXT) (\d+)\]", re.IGNORECASE)
_EXISTS = re.compile(rb"^\* (\d+) EXISTS", re.IGNORECASE)
_NEWS = re.compile(rb"^\* (?:\d+ (?:EXISTS|RECENT)|OK \[ALERT)")
_FOUND = re.compile(rb"\b(MIN|COUNT) (\d+)", re.IGNORECASE)
_SHORT_BODY = re.compile(rb'\bBODY\[[^\]]*\](?:<\d+>)? (?:"((?:[^"\\]|\\.)*)"|NIL)')
MOST_HEADER_BYTES = 256_000


@dataclass(frozen=True, slots=True)
class Selected:
    """A folder as it was when opened. `uid_next`: every mail that comes later has at least this UID; not every server
    says it. `exists`: how many mails there are."""

    uid_validity: int
    uid_next: int | None
    exists: int = 0


class Imap:
    """A signed-in connection; make it with `connect`. Everything raises `ImapTrouble`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._capabilities: set[str] = set()
        self._refuses_idle = False

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
        return "IDLE" in self._capabilities and not self._refuses_idle

    @property
    def has_news(self) -> bool:
        """Whether a new mail was announced since the folder was last listed to its end."""
        return self._wire.has_news

    @property
    def can_jump(self) -> bool:
        """Whether the server finds the first mail of a stretch without naming all (ESEARCH, RFC 4731)."""
        return "ESEARCH" in self._capabilities or "IMAP4REV2" in self._capabilities

    async def select(self, folder: str, *, read_only: bool = True) -> Selected:
        """Open a folder, by default so that nothing in it can change."""
        verb = "EXAMINE" if read_only else "SELECT"
        answer = await self._wire.command(f"{verb} {quoted(encoded_folder(folder))}")
        if answer.status != "OK":
            words = {"folder": folder, "answer": answer.text}
            trouble = ImapTrouble(_("The folder “%(folder)s” cannot be opened: %(answer)s") % words, "folder")
            raise refused(self._wire.host, answer.text, trouble)
        codes = {m[1].upper(): int(m[2]) for one in answer.responses for m in [_CODE.search(one.text)] if m}
        exists = [int(match[1]) for one in answer.responses for match in [_EXISTS.match(one.text)] if match]
        return Selected(codes.get(b"UIDVALIDITY", 0), codes.get(b"UIDNEXT"), exists[-1] if exists else 0)

    async def uid_next(self, selected: Selected) -> int:
        """What the next mail's UID will be at least; a server that does not say it is asked for its last mail."""
        if selected.uid_next or not selected.exists:
            return selected.uid_next or 1
        answer = await self._wire.command("UID FETCH * (UID)")
        self._require(answer)
        found = [int(match[1]) for one in answer.responses for match in [UID.search(one.text)] if match]
        if not found:
            words = {"host": self._wire.host, "answer": answer.text}
            raise ImapTrouble(_("%(host)s answers: %(answer)s") % words, "protocol")
        return max(found) + 1

    async def listed(self, first: int, last: int | None) -> list[Listed]:
        """The mails with UIDs from `first` to `last` (None: to the end) with size and arrival, in order."""
        if last is None:
            self._wire.has_news = False
        answer = await self._wire.command(f"UID FETCH {first}:{last or '*'} (UID RFC822.SIZE INTERNALDATE)")
        self._require(answer)
        # `n:*` names the last mail even when its UID is below n.
        found = {one.uid: one for response in answer.responses if (one := listed_in(response)) and one.uid >= first}
        return [found[uid] for uid in sorted(found)]

    async def first_uid_since(self, day: date) -> int | None:
        """The UID of the first mail that arrived on this day (in the server's time zone) or later."""
        return await self._first(f"SINCE {day.day}-{MONTHS[day.month - 1]}-{day.year}")

    async def first_uid(self, first: int, last: int) -> int | None:
        """The UID of the first mail between two, both included."""
        return await self._first(f"UID {first}:{last}")

    async def count(self, last: int, *, among: int) -> int:
        """How many mails have a UID up to `last`; the number of all, `among`, where the server cannot count."""
        if not self.can_jump:
            return among
        return (await self._search(f"RETURN (COUNT) UID 1:{last}")).get(b"COUNT", 0)

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
        return await self._search_all(f"HEADER {name} {quoted(value)}")

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
        self._require(await self._wire.command("NOOP"))

    async def idle(self, seconds: float) -> bool:
        """Wait until the server tells of something new (True), ends it itself, or the time is over (False); it may have
        told already, since the last listing."""
        if self.has_news:
            return True
        tag = self._wire.next_tag()
        await self._wire.send(tag + b" IDLE\r\n")
        is_new, ended_it = await self._wait_for_news(tag, seconds)
        if ended_it is not None:
            # It said that it can and cannot: asked like one that never could.
            self._refuses_idle = ended_it.status != "OK"
            return is_new
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
        if greeting.text.startswith(b"* BYE"):
            raise ended(account.host, greeting.text)
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
            await sign_in(self._wire, self._capabilities, account)
            await self._learn_capabilities()

    async def _learn_capabilities(self) -> None:
        answer = await self._wire.command("CAPABILITY")
        for one in answer.responses:
            if one.text.upper().startswith(b"* CAPABILITY"):
                self._capabilities = set(one.text.decode("ascii", "replace").upper().split()[2:])

    async def _bodies(self, uids: list[int], part: str) -> AsyncIterator[tuple[int, bytes]]:
        numbers = ",".join(map(str, uids))
        async for one in self._wire.stream(f"UID FETCH {numbers} (UID {part})"):
            if isinstance(one, Done):
                self._require(one)
            elif uid := UID.search(one.text):
                if one.literals:
                    yield int(uid[1]), one.literals[0]
                elif short := _SHORT_BODY.search(one.text):
                    yield int(uid[1]), re.sub(rb"\\(.)", rb"\1", short[1] or b"")

    async def _wait_for_news(self, tag: bytes, seconds: float) -> tuple[bool, Done | None]:
        """(whether there is news, how the server ended the wait if it did)."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while (left := deadline - loop.time()) > 0:
            try:
                one = await self._read(left)
            except ImapTrouble as trouble:
                if isinstance(trouble.__cause__, TimeoutError):
                    return False, None
                raise
            if _NEWS.match(one.text):
                return True, None
            if one.text.startswith(tag + b" "):
                return False, done(one.text[len(tag) + 1 :])
            if one.text.startswith(b"* BYE"):
                raise ended(self._wire.host, one.text)
        return False, None

    async def _first(self, criteria: str) -> int | None:
        if self.can_jump:
            return (await self._search(f"RETURN (MIN) {criteria}")).get(b"MIN")
        return min(await self._search_all(criteria), default=None)

    async def _search(self, words: str) -> dict[bytes, int]:
        """An extended search, whose answer is short whatever it finds."""
        answer = await self._wire.command(f"UID SEARCH {words}")
        self._require(answer)
        lines = [one.text for one in answer.responses if one.text.upper().startswith(b"* ESEARCH")]
        if not lines and (plain := numbers_in(answer)):
            # It said that it can, and answers as of old.
            return {b"MIN": min(plain), b"COUNT": len(plain)}
        return {match[1].upper(): int(match[2]) for line in lines for match in _FOUND.finditer(line)}

    async def _search_all(self, criteria: str) -> list[int]:
        answer = await self._wire.command(f"UID SEARCH {criteria}")
        self._require(answer)
        return numbers_in(answer)

    async def _read(self, seconds: float = 60) -> Response:
        with self._wire.troubles():
            return await self._wire.response(seconds)

    def _require(self, answer: Done) -> None:
        if answer.status != "OK":
            words = {"host": self._wire.host, "answer": answer.text}
            trouble = ImapRefusal(_("%(host)s answers: %(answer)s") % words, "protocol")
            raise refused(self._wire.host, answer.text, trouble)
