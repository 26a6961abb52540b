"""An installation of its own for a measurement: a database, and the real server set in processes of their own."""

import http.client
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

STARTED = "Ancora is at"


@contextmanager
def fresh():
    """(home, server): migrated and empty, gone afterwards; Django is loaded."""
    from ancora.config.start import loaded

    home = Path(tempfile.mkdtemp(prefix="ancora-bench-"))
    home.chmod(0o711)
    try:
        with loaded(home, need_schema=False) as server:
            from django.core.management import call_command
            from django.db import connections

            call_command("migrate", verbosity=0)
            try:
                yield home, server
            finally:
                connections.close_all()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def serving(home: Path):
    """(process, port) of `ancora run`: web and worker."""
    port = free_port()
    command = [sys.executable, "-m", "ancora", "run", "--home", str(home), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        for line in process.stdout:
            if line.startswith(STARTED):
                break
        _wait(port)
        yield process, port
    finally:
        process.terminate()
        process.wait(30)


def visit(port: int, cookie: str, path: str) -> int:
    """The status of one page."""
    client = http.client.HTTPConnection("localhost", port, timeout=60)
    client.request("GET", path, headers={"Cookie": cookie})
    return client.getresponse().status


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            visit(port, "", "/healthz")
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not start.")


def free_port() -> int:
    """One where nobody listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
