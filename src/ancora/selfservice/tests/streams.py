"""A visitor's open stream: a plain socket, read by a thread."""

import contextlib
import json
import socket
import threading
import time
from urllib.parse import urlsplit


class ChatStream:
    """`heard`: what it was told, and "changed" where it was told to fetch."""

    def __init__(self, address: str, account, token: str, since: int = 0, origin: str = ""):
        place = urlsplit(address)
        self.socket = socket.create_connection((place.hostname, place.port), timeout=30)
        head = f"GET /chat/{account.token}/stream/?since={since} HTTP/1.1\r\nHost: {place.netloc}\r\n"
        head += f"Authorization: Bearer {token}\r\n" + (f"Origin: {origin}\r\n" if origin else "")
        self.socket.sendall(f"{head}\r\n".encode("latin-1"))
        self._file = self.socket.makefile("rb")
        self.status = int(self._file.readline().split()[1])
        self.heard: list = []
        self.events: list[str] = []
        self._came = threading.Condition()
        if self.status == 200:
            threading.Thread(target=self._read, daemon=True).start()

    def hears(self, wanted, patience: float = 10.0) -> dict:
        """The first thing told for which `wanted(told)` holds; fails when it does not come."""
        deadline = time.monotonic() + patience
        with self._came:
            while True:
                for told in self.heard:
                    if isinstance(told, dict) and wanted(told):
                        return told
                if not self._came.wait(deadline - time.monotonic()):
                    raise AssertionError(f"not heard, only {self.heard}")

    @property
    def numbers(self) -> list[int]:
        return [told["number"] for told in self.heard if isinstance(told, dict) and told["kind"] == "line"]

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def _read(self) -> None:
        event = ""
        try:
            while line := self._file.readline().decode():
                if line.startswith("event: "):
                    event = line[7:].strip()
                    self.events.append(event)
                elif line.startswith("data: "):
                    with self._came:
                        self.heard.append(json.loads(line[6:]) if event == "line" else event)
                        self._came.notify_all()
        except (OSError, ValueError):
            pass
