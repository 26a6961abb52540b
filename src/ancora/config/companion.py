"""The worker as a child of the web process."""

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time

log = logging.getLogger("ancora.run")
# A worker that cannot start is tried again, not in a tight loop.
PAUSE_SECONDS = 3


class Companion:
    """Keeps a worker running inside its block. The child ends with this process, also after kill -9."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._child: subprocess.Popen | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> "Companion":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ending.set()
        child = self._child
        if child is not None and child.poll() is None:
            with contextlib.suppress(OSError):
                child.stdin.close()
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
        self._thread.join(5)

    def _keep(self) -> None:
        while not self._ending.is_set():
            self._child = subprocess.Popen(
                [sys.executable, "-m", "ancora", "work", "--with-parent"], stdin=subprocess.PIPE, env=os.environ.copy()
            )
            code = self._child.wait()
            if not self._ending.is_set():
                log.error("The worker ended (code %s); starting it again", code)
                time.sleep(PAUSE_SECONDS)
