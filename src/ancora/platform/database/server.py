"""The embedded server as its holders see it."""

import fcntl
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Self
from urllib.parse import quote

from ancora.platform.database import cluster
from ancora.platform.database.binaries import Binaries
from ancora.platform.database.errors import DatabaseError, failure, unusable
from ancora.platform.database.place import SOCKET_NAME, Place, place_of

PATIENCE = 120
KEEPER = Path(__file__).with_name("keeper.py")
# One after the other: two processes that change a role at once stop each other.
_ALLOW_CREATEDB = """
DO $$ BEGIN PERFORM pg_advisory_xact_lock(746007, 1); ALTER ROLE ancora CREATEDB; END $$
"""


class Server:
    """PostgreSQL in `home/postgres`, shared by all processes that hold it.

    `settings` are server settings; they count for whoever happens to start the server. `createdb` lets the user
    `ancora` make databases, for test clones; it is never taken away again.
    """

    def __init__(
        self, home: Path, *, settings: Mapping[str, str] = MappingProxyType({}), createdb: bool = False
    ) -> None:
        self.home = Path(home)
        self.settings = dict(settings)
        self.createdb = createdb
        self.binaries = Binaries()
        self._mutex = threading.Lock()
        self._hold: int | None = None
        self._place: Place | None = None
        self._sockets: Path | None = None

    def __enter__(self) -> Self:
        return self.attach()

    def __exit__(self, *exception: object) -> None:
        self.detach()

    @property
    def place(self) -> Place:
        if self._place is None:
            self._place = place_of(self.home)
        return self._place

    @property
    def sockets(self) -> Path:
        if self._sockets is None:
            self._sockets = self.place.sockets()
        return self._sockets

    def attach(self) -> Self:
        """Makes the cluster if it is new, starts the server if it is down, and counts this process as a holder.

        May be called again at any time, and then makes sure that the server is there. The hold ends with `detach`
        or with the process, whatever ends it.
        """
        with self._mutex:
            try:
                self._make_once()
                if self._hold is None:
                    self._hold = self._shared_lock()
                self._ensure()
                if self.createdb:
                    self._allow_createdb()
            except OSError as error:
                self._let_go()
                raise unusable(self.home, error) from error
            except BaseException:
                self._let_go()
                raise
        return self

    def detach(self) -> None:
        """Leaves. The last one out waits until the server has stopped."""
        with self._mutex:
            if self._hold is None:
                return
            is_last = _try_lock(self._hold, fcntl.LOCK_EX)
            self._let_go()
            if is_last:
                self._nudge_keeper()
                self._await_end()

    def erase(self) -> None:
        """Removes the cluster with everything in it, wherever it lies; refused while anybody else holds it."""
        self.detach()
        self._await_end()
        descriptor = self.place.open("holders")
        try:
            if not _try_lock(descriptor, fcntl.LOCK_EX):
                raise DatabaseError(
                    f"The database in {self.place.folder} is in use. Nothing was removed. "
                    "Stop every Ancora that uses it and try again."
                )
            if self.place.folder != self.sockets.parent:
                shutil.rmtree(self.sockets, ignore_errors=True)
            shutil.rmtree(self.place.folder)
            shutil.rmtree(Path(os.path.realpath(self.home)) / "postgres", ignore_errors=True)
        finally:
            os.close(descriptor)
            self._place = self._sockets = None

    def dsn(self, database: str = "ancora", *, user: str = "ancora") -> str:
        """The address over the unix socket, with the password in it; `user` may be `postgres` for maintenance."""
        login = f"{user}:{quote(self.password(user), safe='')}"
        return f"postgresql://{login}@/{quote(database, safe='')}?host={quote(str(self.sockets), safe='')}"

    def password(self, user: str = "ancora") -> str:
        for line in self.place.passwords.read_text().splitlines():
            *_, name, password = line.split(":")
            if name == user:
                return password
        raise DatabaseError(f"{self.place.passwords} knows no user “{user}”.")

    def binary(self, name: str) -> Path:
        """Where psql, pg_dump, pg_restore and the others are."""
        return self.binaries.binary(name)

    def environment(self, database: str = "ancora", *, user: str = "ancora") -> dict[str, str]:
        """What psql, pg_dump and pg_restore need to find the server and its password; nothing secret is in it."""
        mine = {"PGHOST": self.sockets, "PGPORT": 5432, "PGUSER": user, "PGDATABASE": database}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return {**inherited, **{k: str(v) for k, v in mine.items()}, "PGPASSFILE": str(self.place.passwords)}

    def run(self, name: str, *arguments: object, database: str = "ancora", user: str = "ancora", **options: object):
        """Runs one of PostgreSQL's programs on this server; its failure is a DatabaseError with its last words."""
        words = [str(self.binary(name)), *map(str, arguments)]
        options = {"capture_output": True, "text": True, **options}
        done = subprocess.run(words, env=self.environment(database, user=user), check=False, **options)
        if done.returncode != 0:
            raise DatabaseError(f"{name} failed: {str(done.stderr or '').strip()[-2000:]}")
        return done

    def _make_once(self) -> None:
        if self.place.is_made:
            return
        with self.place.alone():
            if not self.place.is_made:
                binaries = self.binaries.server_folder(self.place)
                major = self.binaries.major(binaries, self.place)
                cluster.make(self.place, binaries, major, settings=self.settings)

    def _shared_lock(self) -> int:
        descriptor = self.place.open("holders")
        until = time.monotonic() + PATIENCE
        # Busy for a moment only, or as long as a keeper that saw the last holder leave stops the server.
        while not _try_lock(descriptor, fcntl.LOCK_SH):
            if time.monotonic() > until:
                os.close(descriptor)
                raise DatabaseError(f"The database in {self.place.folder} does not stop. Look at {self.place.log}.")
            time.sleep(0.01)
        return descriptor

    def _ensure(self) -> None:
        until = time.monotonic() + PATIENCE
        nudged_at = None
        while True:
            is_kept, answers = self._is_kept(), _answer_of(self.sockets / SOCKET_NAME)
            if is_kept and answers == "ready":
                return
            _, failures = self._keeper()
            if not is_kept:
                self._start(adopt=bool(answers))
            elif nudged_at is None:
                nudged_at = failures
                self._nudge_keeper()
            if time.monotonic() > until or (is_kept and nudged_at is not None and failures > nudged_at):
                raise failure(self.place.folder, _tail(self.place.log))
            time.sleep(0.005)

    def _start(self, *, adopt: bool) -> None:
        place = self.place
        if not place.enterable():
            raise DatabaseError(
                f"The user that the database runs as (number {place.uid}) cannot enter {place.folder} any more. "
                "The data is safe. Let everybody enter the folders above it again (chmod o+x), and start again."
            )
        binaries = self.binaries.server_folder(place)
        major = self.binaries.major(binaries, place)
        cluster.check_version(place, binaries, major)
        command = cluster.command(place, binaries, major, self.settings)
        python = getattr(sys, "_base_executable", None) or sys.executable
        words = [python, "-I", "-S", KEEPER, place.folder, place.uid, place.gid, "adopt" if adopt else "-", *command]
        options = {"stdin": subprocess.DEVNULL, "capture_output": True, "cwd": "/", "start_new_session": True}
        started = subprocess.run(list(map(str, words)), check=False, **options)
        if started.stdout == b"foreign":
            raise DatabaseError(
                f"A database server that was not started here already uses {place.data}, perhaps from another "
                "container. Nothing was changed. Stop it and start again."
            )
        if started.stdout not in (b"ready", b"busy"):
            raise failure(place.folder, _tail(place.log) + started.stderr.decode(errors="replace"))

    def _allow_createdb(self) -> None:
        self.run("psql", "-qXc", _ALLOW_CREATEDB, database="postgres", user="postgres")

    def _is_kept(self) -> bool:
        descriptor = self.place.open("keeper")
        try:
            return not _try_lock(descriptor, fcntl.LOCK_SH)
        finally:
            os.close(descriptor)

    def _nudge_keeper(self) -> None:
        pid, _ = self._keeper()
        if pid and self._is_kept():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGUSR1)

    def _keeper(self) -> tuple[int, int]:
        """The keeper's number, and how often in a row it could not start the server."""
        descriptor = self.place.open("keeper")
        try:
            written = os.pread(descriptor, 100, 0).split()
        finally:
            os.close(descriptor)
        return (int(written[0]), int(written[1])) if len(written) == 2 else (0, 0)

    def _await_end(self) -> None:
        until = time.monotonic() + PATIENCE
        while self._is_kept() and time.monotonic() < until:
            time.sleep(0.01)
            descriptor = self.place.open("holders")
            try:
                # While the keeper stops the server it holds the lock alone, so a free lock is rare and a shared
                # one means that somebody else came.
                if _try_lock(descriptor, fcntl.LOCK_SH) and not _try_lock(descriptor, fcntl.LOCK_EX):
                    return
            finally:
                os.close(descriptor)

    def _let_go(self) -> None:
        if self._hold is not None:
            os.close(self._hold)
            self._hold = None


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _answer_of(path: Path) -> str:
    """What a server says to a greeting: "ready", "not yet" while it starts, recovers or stops, or nothing."""
    greeting = struct.pack("!I", 3 << 16) + b"user\0ancora\0database\0ancora\0\0"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(5)
        try:
            link.connect(str(path))
            link.sendall(struct.pack("!I", len(greeting) + 4) + greeting)
            # All of the answer is read: the log then has no word about a connection that was cut.
            said = link.recv(4096)
        except OSError:
            return ""
    # Only the code 57P03 means "cannot connect now"; another refusal, such as too many clients, comes from a server
    # that works.
    return ("not yet" if b"C57P03\0" in said else "ready") if said else ""


def _tail(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4000))
        return file.read().decode(errors="replace")
