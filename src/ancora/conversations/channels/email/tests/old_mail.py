"""A mailbox with a past: thousands of mails laid into dovecot's folder as files, much quicker than by IMAP."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path

from ancora.conversations.channels.email.tests.mail_servers import OWNER, Dovecot

MINUTE = 60


def lay_old_mail(dovecot: Dovecot, address: str, count: int, *, days: int = 400) -> None:
    """`count` mails, a minute apart, the first one `days` ago; every third one answers the one before it."""
    folder = dovecot.maildir(address) / "cur"
    with dovecot.session(address):
        pass  # makes the folders
    first = time.time() - days * 24 * 60 * MINUTE
    for number in range(count):
        moment = first + number * MINUTE
        path = folder / f"{int(moment)}.M{number:07d}P1.old:2,S"
        path.write_bytes(old_mail(number, moment))
        os.chown(path, OWNER, OWNER)
        # Dovecot takes the time of the file for that of the arrival.
        os.utime(path, (moment, moment))


def old_mail(number: int, moment: float) -> bytes:
    is_answer = number % 3 == 2
    who = number - 1 if is_answer else number
    subject = f"Re: Matter {who}" if is_answer else f"Matter {number}"
    answers = f"In-Reply-To: <old-{who}@customer.example>\r\n" if is_answer else ""
    return (
        f"From: Customer {who % 700} <c{who % 700}@customer.example>\r\nTo: support@shop.example\r\n"
        f"Subject: {subject}\r\nMessage-ID: <old-{number}@customer.example>\r\n{answers}"
        f"Date: {formatdate(moment)}\r\n\r\nWhat I wanted to say, number {number}.\r\n"
    ).encode()


def threads_expected(count: int) -> int:
    return count - count // 3


@contextmanager
def worker_process(dsn: str, home: Path):
    """`ancora work` on that database, in a process of its own, killed as hard as can be at the end."""
    environment = {**os.environ, "DATABASE_URL": dsn, "ANCORA_HOME": str(home), "ANCORA_LOG_LEVEL": "ERROR"}
    environment.pop("ANCORA_DSN", None)
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    process = subprocess.Popen([sys.executable, "-m", "ancora", "work"], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait(30)
