"""A web server of strangers, on loopback, with all the manners they may have."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

Answer = bytes | Callable[[socket.socket], None]


def plain(body: bytes, *headers: str, status: str = "200 OK", kind: str = "image/png") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def sent_on(place: str) -> bytes:
    return plain(b"", f"Location: {place}", status="302 Found")


def dripping(first: bytes, drop: bytes, pause: float = 0.1) -> Answer:
    """Begins, and then gives a drop at a time without end."""

    def drip(link: socket.socket) -> None:
        link.sendall(first)
        with contextlib.suppress(OSError):
            while True:
                time.sleep(pause)
                link.sendall(drop)

    return drip


class StrangeServer:
    """`answers` maps a path to bytes, or to a function that is given the connection. `heard` holds every request."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers, self.heard = answers, []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.place = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def paths(self) -> list[str]:
        return [request.split()[1] for request in self.heard]

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(link,), daemon=True).start()

    def _answer(self, link: socket.socket) -> None:
        with link, contextlib.suppress(OSError, IndexError):
            request = b""
            while b"\r\n\r\n" not in request:
                if not (piece := link.recv(4096)):
                    return
                request += piece
            self.heard.append(request.decode("latin-1"))
            answer = self.answers.get(request.split()[1].decode(), plain(b"", status="404 Not Found"))
            if callable(answer):
                answer(link)
            else:
                link.sendall(answer)


@contextlib.contextmanager
def strange_server(**answers: Answer) -> Iterator[StrangeServer]:
    """`strange_server(pixel=plain(PNG))` answers `/pixel`."""
    server = StrangeServer({f"/{name}": answer for name, answer in answers.items()})
    try:
        yield server
    finally:
        server.close()
