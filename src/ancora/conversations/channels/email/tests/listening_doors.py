"""A listener in the test's own process, and mail servers that speak to it by hand."""

import smtplib
import socket
from contextlib import contextmanager
from functools import partial

from ancora.conversations.channels.email.listening.doors import Door, Rules, networks
from ancora.conversations.channels.email.listening.listener import listen
from ancora.conversations.channels.email.tests.living import running, until
from ancora.conversations.models import Listener

HERE = networks("127.0.0.0/8 ::1")


@contextmanager
def listening(kind: str = "smtp", *, trusted=HERE, largest: int = 50_000_000, place: str = "127.0.0.1:0", **files):
    """Gives the port, or the path of the socket file."""
    rules = Rules(trusted, largest, **files)
    with running(partial(listen_at, Door.read(kind, place), rules)):
        address = until(lambda: Listener.objects.filter(kind=kind, error="").first()).address
        yield address.removeprefix("unix:") if place.startswith("unix:") else int(address.rpartition(":")[2])


async def listen_at(door, rules, stop) -> None:
    await listen((door,), rules, stop)


class Lmtp(smtplib.LMTP):
    """LMTP whose answers to the text can be seen, one for each recipient."""

    def deliver(self, sender: str, recipients: list[str], text: bytes) -> list[int]:
        self.ehlo_or_helo_if_needed()
        assert self.mail(sender)[0] == 250
        taken = [self.rcpt(one)[0] == 250 for one in recipients]
        assert self.docmd("DATA")[0] == 354
        self.send(smtplib._fix_eols(text.decode("latin-1")).encode("latin-1") + b"\r\n.\r\n")
        return [self.getreply()[0] for is_taken in taken if is_taken]


class Line:
    """Bytes to and fro, as the wire has them."""

    def __init__(self, port: int) -> None:
        self.link = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.lines = self.link.makefile("rb")

    def say(self, *lines: bytes) -> None:
        self.link.sendall(b"".join(lines))

    def hear(self) -> bytes:
        """One answer, however many lines it has; nothing when the other end hung up."""
        while (line := self.lines.readline())[3:4] == b"-":
            pass
        return line.strip()

    def close(self) -> None:
        self.lines.close()
        self.link.close()
