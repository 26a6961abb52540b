"""One connection: what aiosmtpd leaves open, and the text of a mail taken in bounded memory."""

import asyncio
import logging
import re
import tempfile
from collections import defaultdict
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from aiosmtpd.smtp import SMTP, Envelope, syntax
from django.conf import settings

if TYPE_CHECKING:
    from ancora.conversations.channels.email.listening.house import House

log = logging.getLogger("ancora.listening")
# RFC 5321, 4.5.3.2.7: a server waits at least five minutes for the next command.
IDLE_SECONDS = 300
# A text above this size waits on the disk while it comes in.
MOST_IN_MEMORY = 1_000_000
END = b"\r\n.\r\n"
_LINE_END = re.compile(rb"(?:\r\n?)?\Z")
NO_ROOM = "452 4.3.1 No room is left on the disk here, try again later"


class Letter(Envelope):
    """The envelope of one transaction; `mailboxes` holds the id of the mailbox for every recipient taken."""

    def __init__(self) -> None:
        super().__init__()
        self.mailboxes: dict[str, int] = {}


class Talk(SMTP):
    """SMTP with one of our peers. `house` says who may come in, and keeps what they bring."""

    # Of the text lines may be of any length; this is the size of a piece of it.
    line_length_limit = 65_536
    command_size_limit = 2_048
    is_lmtp = False

    def __init__(self, house: "House") -> None:
        # Of its own: the class's dictionary is emptied by every new connection.
        self.command_size_limits = defaultdict(lambda: self.command_size_limit)
        self._house = house
        super().__init__(
            house,
            data_size_limit=house.largest,
            enable_SMTPUTF8=True,
            hostname=house.own_name,
            ident="Ancora",
            tls_context=house.tls_context(),
            timeout=IDLE_SECONDS,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            loop=asyncio.get_running_loop(),
        )

    def _create_envelope(self) -> Letter:
        return Letter()

    async def _handle_client(self) -> None:
        with self._house.visited_by(self) as refusal:
            if refusal:
                await self.push(refusal)
                self.transport.close()
                return
            # A peer that hangs up is nothing to be told of.
            with suppress(ConnectionError):
                await super()._handle_client()

    async def say_goodbye(self) -> None:
        """The worker stops: what is not handed over yet is to come later."""
        if self.transport is not None:
            with suppress(ConnectionError):
                await self.push("421 4.3.2 Ancora is being restarted, try again later")
            self.transport.close()

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        if await self.check_helo_needed("LHLO" if self.is_lmtp else "HELO"):
            return
        letter: Letter = self.envelope
        if not letter.rcpt_tos:
            await self.push("503 5.5.1 Name a recipient first")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End with a line that holds only a dot")
        with tempfile.SpooledTemporaryFile(MOST_IN_MEMORY, dir=settings.ANCORA_HOME) as text:
            trouble = await self._take_text(text)
            answers = [trouble] * len(letter.rcpt_tos) if trouble else await self._house.keep(self, letter, text)
        self._set_post_data_state()
        for answer in answers if self.is_lmtp else answers[:1]:
            await self.push(answer)

    async def _take_text(self, text: IO[bytes]) -> str:
        """Everything up to the final dot; what is wrong with it, or nothing. It is always read to its end, because
        a peer hears no answer before (RFC 5321, 4.2.5)."""
        # The line break of the command DATA belongs to the text too: an empty one ends at once.
        self._reader._buffer[:0] = b"\r\n"
        size, trouble, held, is_over = -2, "", b"", False
        while not is_over:
            piece, is_over = await self._piece()
            self._reset_timeout()
            size += len(piece)
            if size > self._house.largest:
                trouble = self._house.too_large
            # A dot that was doubled may stand in the next piece.
            piece = held + piece
            held = b"" if is_over else _LINE_END.search(piece[-2:])[0]
            piece = piece[: len(piece) - len(held)]
            if not trouble:
                trouble = _write(text, piece.replace(b"\r\n.", b"\r\n"))
        return trouble

    async def _piece(self) -> tuple[bytes, bool]:
        """The next bytes of the text, and whether they are its last ones."""
        try:
            found = await self._reader.readuntil(END)
        except asyncio.LimitOverrunError as overrun:
            return await self._reader.readexactly(overrun.consumed), False
        except asyncio.IncompleteReadError as error:
            raise ConnectionResetError from error
        return found[:-3], True

    @syntax("AUTH")
    async def smtp_AUTH(self, arg: str | None) -> None:  # noqa: N802
        await self.push("502 5.5.1 Nobody signs in here")


class LocalTalk(Talk):
    """LMTP (RFC 2033): the same with LHLO, and an answer for every recipient."""

    is_lmtp = True

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, arg: str) -> None:  # noqa: N802
        await super().smtp_EHLO(arg)

    async def smtp_HELO(self, arg: str) -> None:  # noqa: N802
        await self.push("500 5.5.1 This is LMTP: begin with LHLO")

    smtp_EHLO = smtp_HELO  # noqa: N815


def _write(text: IO[bytes], piece: bytes) -> str:
    try:
        text.write(piece)
    except OSError as error:
        log.error("The text of a mail could not be written down: %s", error)
        return NO_ROOM
    return ""
