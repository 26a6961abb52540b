"""A small SMTP server whose manners can be set: what it answers, and where it hangs up."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

HANG_UP = "hang up"
FINE = {
    "greeting": "220 peer.example here",
    "EHLO": "250-peer.example\r\n250 8BITMIME",
    "MAIL": "250 2.1.0 fine",
    "RCPT": "250 2.1.5 fine",
    "DATA": "354 go on",
    "dot": "250 2.0.0 taken as 4711",
    "RSET": "250 fine",
    "QUIT": "221 bye",
}


class SmtpPeer:
    """`answers` maps a step (greeting, EHLO, MAIL, RCPT, `RCPT address`, DATA, text, dot, QUIT) to a line, HANG_UP,
    or a function that gives one of them. `taken` holds (recipients, text) of every accepted transaction, `lines` what
    was said to it besides."""

    def __init__(self, port: int = 0, **answers) -> None:
        self.answers = {**FINE, **answers}
        self.steps: list[str] = []
        self.lines: list[str] = []
        self.taken: list[tuple[list[str], bytes]] = []
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        # Without it the thread that waits in accept() would take one more caller.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(link,), daemon=True).start()

    def _talk(self, link: socket.socket) -> None:
        recipients: list[str] = []
        with link, link.makefile("rb") as lines:
            try:
                if not self._answer(link, "greeting"):
                    return
                while line := lines.readline():
                    words = line.decode("utf-8", "replace").strip()
                    self.lines.append(words)
                    verb = words[:4].upper()
                    step = f"RCPT {words[9:-1]}" if verb == "RCPT" else verb
                    reply = self._answer(link, step)
                    if not reply or verb == "QUIT":
                        return
                    if verb == "RCPT" and reply.startswith("2"):
                        recipients.append(words[9:-1])
                    if verb == "DATA" and reply.startswith("354"):
                        if not self._take_text(link, lines, recipients):
                            return
                        recipients = []
            except OSError:
                return

    def _take_text(self, link, lines, recipients: list[str]) -> bool:
        text = b""
        if self.answers.get("text") == HANG_UP:
            lines.readline()
            return False
        while (line := lines.readline()) != b".\r\n":
            if not line:
                return False
            text += line[1:] if line.startswith(b".") else line
        answer = self._chosen("dot")
        if answer.startswith("2"):
            self.taken.append((recipients, text))
        elif answer == HANG_UP:
            return False
        self.steps.append("dot")
        link.sendall(f"{answer}\r\n".encode())
        return True

    def _answer(self, link, step: str) -> str:
        self.steps.append(step)
        answer = self._chosen(step)
        if answer == HANG_UP:
            return ""
        link.sendall(f"{answer}\r\n".encode())
        return answer

    def _chosen(self, step: str) -> str:
        answer = self.answers.get(step) or self.answers.get(step.partition(" ")[0], "502 what")
        return answer() if callable(answer) else answer


@contextmanager
def smtp_peer(**answers) -> Iterator[SmtpPeer]:
    peer = SmtpPeer(**answers)
    try:
        yield peer
    finally:
        peer.close()
