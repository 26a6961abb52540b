"""What the database tests share: homes that go away again, holders that are processes, and questions to a server."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ancora
from ancora.platform.database import DatabaseError, Server

SOURCE = Path(ancora.__file__).resolve().parents[1]
UNSYNCED = {"fsync": "off"}
HOLD = """
import signal, sys
from pathlib import Path
from ancora.platform.database import Server
# Who runs the tests may ignore it (nohup does).
signal.signal(signal.SIGHUP, signal.SIG_DFL)
settings = {"fsync": sys.argv[2]}
server = Server(Path(sys.argv[1]), settings=settings).attach()
print("ready", flush=True)
sys.stdin.readline()
server.detach()
"""


@contextmanager
def new_home(parent_mode: int = 0o755) -> Iterator[Path]:
    """A home whose database, wherever it lies, is stopped and removed at the end."""
    parent = Path(tempfile.mkdtemp(prefix="ancora-test-", dir="/tmp"))
    parent.chmod(parent_mode)
    home = parent / "home"
    try:
        yield home
    finally:
        if home.exists():
            try:
                Server(home).erase()
            except DatabaseError as error:
                print(error, file=sys.stderr)
        shutil.rmtree(parent, ignore_errors=True)


@contextmanager
def holder(home: Path, *, fsync: str = "off", wait: bool = True) -> Iterator[subprocess.Popen]:
    """Another process that holds the server until a line, a signal or the end of the block."""
    words = [sys.executable, "-c", HOLD, str(home), fsync]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        if wait:
            assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def ask(server: Server, sql: str, **options: str) -> str:
    return server.run("psql", "-XAtqc", sql, **options).stdout.strip()


def postmaster(server: Server) -> int:
    return int((server.place.data / "postmaster.pid").read_text().split()[0])


def keeper(server: Server) -> int:
    return int((server.place.folder / "keeper").read_text().split()[0])


def answers(server: Server) -> bool:
    with socket.socket(socket.AF_UNIX) as link:
        return link.connect_ex(str(server.sockets / ".s.PGSQL.5432")) == 0


def stops(server: Server, seconds: float = 15) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not answers(server) and not (server.place.data / "postmaster.pid").exists():
            return True
        time.sleep(0.05)
    return False
