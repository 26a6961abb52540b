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


async def ask(port: int, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
    """One request on a connection of its own. One of `AWAY` where no whole answer came."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await _sent(port, method, path, {"Connection": "close", **headers}, body)
        with contextlib.closing(writer):
            answer = await _head(reader)
            return Answer(answer.status, answer.headers, await _body(reader, answer.headers))


async def stream(port: int, path: str, headers: dict[str, str]) -> AsyncIterator[Answer | dict[str, str]]:
    """First the answer, then each event by its fields, until it ends; comments are passed over. One of `AWAY` as
    above."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await _sent(port, "GET", path, {"Accept": "text/event-stream", **headers})
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


async def _sent(port: int, method: str, path: str, headers: dict[str, str], body: bytes = b""):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = [f"{method} {path} HTTP/1.1", f"Host: localhost:{port}", *(f"{k}: {v}" for k, v in headers.items())]
    if body:
        head.append(f"Content-Length: {len(body)}")
    writer.write("\r\n".join([*head, "", ""]).encode("latin-1") + body)
    return reader, writer


async def _head(reader) -> Answer:
    first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return Answer(int(first.split()[1]), headers)


async def _body(reader, headers: dict[str, str]) -> bytes:
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    body = b""
    while chunk := await _chunk(reader):
        body += chunk
    return body


async def _chunk(reader) -> bytes:
    """Empty at the end."""
    size = int(await reader.readuntil(b"\r\n"), 16)
    return (await reader.readexactly(size + 2))[:-2]
