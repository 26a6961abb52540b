"""What all runs of a sweep share, and the place that each gets of its own."""

import multiprocessing
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import psycopg

from ancora.testing.crashes import hands
from ancora.testing.crashes.road import BILLING, SUPPORT, Place, waiting

# Forked from one process that has loaded the product: to start a worker costs milliseconds.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["ancora.testing.crashes.preloaded"])
PATIENCE = 120


class Stage:
    """A database in which the road is prepared, and the mail servers; `place` copies it."""

    def __init__(self, databases, dovecot, postfix, template: str, home: Path) -> None:
        self.databases, self.dovecot, self.postfix = databases, dovecot, postfix
        self._template, self._home = template, home
        self.reply_to = ""

    @contextmanager
    def place(self, number: int, peer_port: int) -> Iterator[Place]:
        """A copy of the database and of the files, and mailboxes with the mails that wait."""
        home = Path(tempfile.mkdtemp(prefix="ancora-crash-"))
        try:
            shutil.copytree(self._home / "files", home / "files")
            with self.databases.clone(self._template) as name:
                place = self._named(number, self.databases.dsn(name), home, peer_port)
                self._address(place)
                yield place
        finally:
            shutil.rmtree(home, ignore_errors=True)
            for address in (SUPPORT, BILLING):
                shutil.rmtree(self.dovecot.maildir(place.at_server(address)).parent, ignore_errors=True)

    def _named(self, number: int, dsn: str, home: Path, peer_port: int) -> Place:
        return Place(number, dsn, str(home), self.dovecot.port, self.postfix.port, peer_port)

    def _address(self, place: Place) -> None:
        with psycopg.connect(place.dsn, autocommit=True) as link:
            for address in (SUPPORT, BILLING):
                link.execute(
                    "UPDATE conversations_mailbox SET imap_user = %s WHERE address = %s",
                    [place.at_server(address), address],
                )
                self.dovecot.put(place.at_server(address), *waiting(address, place))
            link.execute(
                "UPDATE conversations_mailbox SET smtp_port = %s WHERE address = %s", [place.peer_port, SUPPORT]
            )


@contextmanager
def set_up(databases, dovecot, postfix) -> Iterator[Stage]:
    """The stage for any number of runs."""
    home = Path(tempfile.mkdtemp(prefix="ancora-crash-stage-"))
    try:
        with databases.clone() as name:
            stage = Stage(databases, dovecot, postfix, name, home)
            stage.reply_to = ask_child(hands.set_the_stage, stage._named(0, databases.dsn(name), home, 1))
            yield stage
    finally:
        shutil.rmtree(home, ignore_errors=True)


def start(function: Callable, *arguments) -> BaseProcess:
    """A process of its own that does this."""
    process = _processes.Process(target=function, args=arguments, daemon=True)
    process.start()
    return process


def ask_child(function: Callable, place: Place, *arguments):
    """What `function` gives, done in a process of its own."""
    here, there = _processes.Pipe(duplex=False)
    process = start(_tell, there, function, place, *arguments)
    there.close()
    wait([here, process.sentinel], PATIENCE)
    try:
        return here.recv()
    except EOFError:
        raise RuntimeError(f"{function.__name__} failed:\n{log_of(place)}") from None
    finally:
        process.join(PATIENCE)


def log_of(place: Place) -> str:
    path = Path(place.home) / "log"
    return path.read_text()[-3000:] if path.exists() else ""


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def _tell(there, function: Callable, *arguments) -> None:
    there.send(function(*arguments))
    there.close()
