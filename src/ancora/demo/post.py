"""The demo's own mail server on loopback: what is sent to the company arrives, what the company sends can be read."""

import asyncio
import socket
from email import message_from_bytes
from pathlib import Path
from uuid import uuid4

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from ancora.conversations.commands import receive
from ancora.conversations.models import Mailbox
from ancora.conversations.tokens import without_token
from ancora.demo.outbox import sent_mail

MOST_BYTES = 50_000_000


class PostOffice(Controller):
    """`PostOffice(home, door).start()`; stops with `stop()`. Runs in a thread of its own, behind a socket that listens
    on 127.0.0.1 already: whoever knocked before it opened is served then."""

    def __init__(self, home: Path, door: socket.socket):
        super().__init__(_Counter(home), hostname="127.0.0.1", port=door.getsockname()[1])
        self._door = door

    def _create_server(self):
        return self.loop.create_server(self._factory_invoker, sock=self._door)

    def factory(self) -> SMTP:
        return SMTP(self.handler, data_size_limit=MOST_BYTES, enable_SMTPUTF8=True, hostname="localhost")


class _Counter:
    def __init__(self, home: Path):
        self._home = home

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802  named by aiosmtpd
        await asyncio.to_thread(self._take, envelope.original_content or envelope.content, envelope.rcpt_tos)
        return "250 Taken in"

    def _take(self, content: bytes, addresses: list[str]) -> None:
        from django.db import connections

        try:
            outside = [address for address in addresses if not self._arrived(content, address)]
            if outside:
                message = message_from_bytes(content)
                message["X-Delivered-To"] = ", ".join(outside)
                sent_mail(self._home).add(message)
        finally:
            connections.close_all()

    def _arrived(self, content: bytes, address: str) -> bool:
        """Whether the address is one of the company's; then the mail is stored before the sender is told so."""
        wanted = without_token(address.lower())
        mailbox = next((one for one in Mailbox.objects.order_by("id") if wanted in one.addresses), None)
        if mailbox is None:
            return False
        envelope = f"Delivered-To: {address}\r\n".encode()
        receive(envelope + content, key=f"demo:{uuid4()}", mailbox=mailbox)
        return True
