"""Who may come in, for whom, how many at a time; and what is answered to what they bring."""

import asyncio
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.db import DatabaseError

from ancora.conversations.channels.email.fetching.cursor import in_database
from ancora.conversations.channels.email.listening import post
from ancora.conversations.channels.email.listening.certificate import Certificate
from ancora.conversations.channels.email.listening.doors import Rules
from ancora.conversations.channels.email.listening.talk import Letter, LocalTalk, Talk
from ancora.conversations.queries import mailbox_at

log = logging.getLogger("ancora.listening")
MOST_CONNECTIONS = 50
MOST_RECIPIENTS = 100
# Each holds its mail in memory, a few times over.
MOST_STORING = 2
# For the lines that are written above a mail.
ROOM_FOR_ENVELOPE = 50_000
LAST_SECONDS = 10


class House:
    """What the doors of one kind lead into."""

    def __init__(self, kind: str, rules: Rules) -> None:
        self.rules, self._talk = rules, LocalTalk if kind == "lmtp" else Talk
        self.largest = rules.largest - ROOM_FOR_ENVELOPE
        self.too_large = f"552 5.3.4 The mail is larger than {rules.largest // 1_000_000} MB, which is all we take"
        self.own_name = socket.gethostname() or "localhost"
        self._certificate = Certificate(rules.certificate, rules.key) if rules.certificate and rules.key else None
        self._inside: set[Talk] = set()
        self._storing: set[Talk] = set()
        self._turns = asyncio.Semaphore(MOST_STORING)

    def receive_visitor(self) -> Talk:
        return self._talk(self)

    def tls_context(self):
        return self._certificate.context() if self._certificate else None

    @contextmanager
    def visited_by(self, talk: Talk) -> Iterator[str]:
        """Gives the words by which the visitor is sent away, empty when it may stay."""
        if not self.rules.trusts(talk.session.peer):
            log.warning("%s is in no trusted network: sent away", talk.session.peer[0])
            yield "554 5.7.1 Your address is not among those that may hand mail over here"
        elif len(self._inside) >= MOST_CONNECTIONS:
            yield "421 4.7.0 Too many connections, try again later"
        else:
            self._inside.add(talk)
            try:
                yield ""
            finally:
                self._inside.discard(talk)

    async def empty(self) -> None:
        """Ends every talk; what is being stored is stored and answered first."""
        deadline = asyncio.get_running_loop().time() + LAST_SECONDS
        while self._inside and asyncio.get_running_loop().time() < deadline:
            for talk in self._inside - self._storing:
                await talk.say_goodbye()
            await asyncio.sleep(0.05)

    async def handle_EHLO(self, talk, session, letter, host_name, answers):  # noqa: N802
        """What is offered: nobody signs in, and commands may come in a row (RFC 2920)."""
        session.host_name = host_name
        offered = [answer for answer in answers if not answer.startswith("250-AUTH")]
        return [*offered[:1], "250-PIPELINING", *offered[1:]]

    async def handle_RCPT(self, talk, session, letter: Letter, address: str, options) -> str:  # noqa: N802
        if len(letter.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients, name the others in the next transaction"
        try:
            address.encode()
            mailbox = await in_database(mailbox_at, address)
        except UnicodeEncodeError:
            return "553 5.1.3 This address is not written in UTF-8"
        except DatabaseError:
            return post.AWAY
        if mailbox is None:
            return "550 5.1.1 No mailbox here has this address"
        letter.rcpt_tos.append(address)
        letter.mailboxes[address] = mailbox.pk
        return "250 2.1.5 It belongs here"

    async def handle_exception(self, error: Exception) -> str:
        log.error("A talk with a mail server broke", exc_info=error)
        return post.BROKE

    async def keep(self, talk: Talk, letter: Letter, text: IO[bytes]) -> list[str]:
        """Store the text for everybody named; one answer for each, in their order."""
        self._storing.add(talk)
        try:
            async with self._turns:
                handed = await asyncio.to_thread(_handed, talk, letter, text)
                if not talk.is_lmtp:
                    answer = await in_database(post.keep_together, handed)
                    return [answer] * len(letter.rcpt_tos)
                answers = {one: await in_database(post.keep_for, handed, one) for one in handed.addresses}
            return [answers[letter.mailboxes[address]] for address in letter.rcpt_tos]
        finally:
            self._storing.discard(talk)


def _handed(talk: Talk, letter: Letter, text: IO[bytes]) -> post.Handed:
    text.seek(2)  # behind the line break of the command DATA
    addresses: dict[int, list[str]] = {}
    for address in letter.rcpt_tos:
        addresses.setdefault(letter.mailboxes[address], []).append(address)
    session = talk.session
    way = "LMTP" if talk.is_lmtp else "ESMTP" if session.extended_smtp else "SMTP"
    peer = session.peer[0] if isinstance(session.peer, tuple) else "this machine"
    received = f"from {session.host_name} ([{peer}]) by {talk.hostname} (Ancora) with {way}{'S' if session.ssl else ''}"
    sender = "" if letter.mail_from == "<>" else letter.mail_from
    return post.Handed(text.read(), sender, received, addresses)
