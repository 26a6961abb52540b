"""HTTP/1.1 as a browser's network speaks it, on asyncio alone: one process holds a thousand streams."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

# Browsers wait for minutes.
PATIENCE = 120
# As the browsers of both sides: a stream of which nothing is heard for so long is opened anew.
SILENT = 45
# What says that the other end is gone, or was never there.
AWAY = (OSError, EOFError, TimeoutError, ValueError)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes = b""

    def json(self) -> dict:
        return json.loads(self.body)


# Connections that wait for the next request, by browser: its address is its name. A browser opens six at most.
_idle: dict[tuple[int, str], list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]] = {}
MOST_IDLE = 6


async def ask(port: int, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
    """One request, on a connection that is open already where there is one. One of `AWAY` where no whole answer
    came."""
    idle = _idle.setdefault((port, headers.get("X-Forwarded-For", "")), [])
    async with asyncio.timeout(PATIENCE):
        while idle:
            reader, writer = idle.pop()
            if reader.at_eof():
                writer.close()
                continue
            # One that is closed just then is no answer: as browsers do, once more on a new one.
            with contextlib.suppress(OSError, EOFError):
                return await _asked(reader, writer, idle, port, method, path, headers, body)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        return await _asked(reader, writer, idle, port, method, path, headers, body)


async def _asked(reader, writer, idle, port, method, path, headers, body) -> Answer:
    is_whole = False
    try:
        _write(writer, port, method, path, headers, body)
        answer = await _head(reader)
        found = Answer(answer.status, answer.headers, await _body(reader, answer.headers))
        is_whole = answer.headers.get("connection") != "close"
        return found
    finally:
        if is_whole and len(idle) < MOST_IDLE:
            idle.append((reader, writer))
        else:
            writer.close()


def leave() -> None:
    """All connections that wait are closed."""
    for idle in _idle.values():
        while idle:
            idle.pop()[1].close()


async def stream(port: int, path: str, headers: dict[str, str]) -> AsyncIterator[Answer | dict[str, str]]:
    """First the answer, then each event by its fields, until it ends; comments are passed over. One of `AWAY` as
    above."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        _write(writer, port, "GET", path, {"Accept": "text/event-stream", **headers})
        answer = await _head(reader)
    with contextlib.closing(writer):
        yield answer
        if answer.status != 200:
            return
        rest = b""
        while True:
            async with asyncio.timeout(SILENT):
                chunk = await _chunk(reader)
            if not chunk:
                return
            *parts, rest = (rest + chunk).split(b"\n\n")
            for part in parts:
                fields = dict(line.split(": ", 1) for line in part.decode().split("\n") if not line.startswith(":"))
                if fields.keys() - {"retry"}:
                    yield fields


def _write(writer, port: int, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> None:
    head = [f"{method} {path} HTTP/1.1", f"Host: localhost:{port}", *(f"{k}: {v}" for k, v in headers.items())]
    if body or method == "POST":
        head.append(f"Content-Length: {len(body)}")
    writer.write("\r\n".join([*head, "", ""]).encode("latin-1") + body)


async def _head(reader) -> Answer:
    first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return Answer(int(first.split()[1]), headers)


async def _body(reader, headers: dict[str, str]) -> bytes:
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    if "transfer-encoding" not in headers:
        return b""
    body = b""
    while chunk := await _chunk(reader):
        body += chunk
    return body


async def _chunk(reader) -> bytes:
    """Empty at the end."""
    size = int(await reader.readuntil(b"\r\n"), 16)
    return (await reader.readexactly(size + 2))[:-2]
