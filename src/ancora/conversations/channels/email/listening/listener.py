"""Doors kept open while the worker runs, and shown to those who look after it."""

import asyncio
import contextlib
import logging
import os
import socket
from dataclasses import replace

from django.db import DatabaseError

from ancora.conversations.channels.email.fetching.cursor import in_database
from ancora.conversations.channels.email.listening.doors import Door, Rules
from ancora.conversations.channels.email.listening.house import House
from ancora.conversations.commands import listeners

log = logging.getLogger("ancora.listening")
BEAT_SECONDS = 20
RETRY_SECONDS = 5


async def listen(doors: tuple[Door, ...], rules: Rules, stop: asyncio.Event) -> None:
    """Listen at every door until `stop` is set. One that cannot be opened is tried again: a second worker on this
    machine takes over from the first."""
    await asyncio.gather(stop.wait(), *(_attend(door, rules, stop) for door in doors))


async def _attend(door: Door, rules: Rules, stop: asyncio.Event) -> None:
    house, said = House(door.kind, rules), ""
    while not stop.is_set():
        try:
            server = await _open(door, house)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            if reason != said:
                log.error("%s cannot be listened on: %s", door, reason)
            said = reason
            await _quietly(listeners.note_not_listening, door.kind, str(door), reason)
            await _pause(stop, RETRY_SECONDS)
            continue
        said, place = "", _place(door, server)
        log.info("Listening for %s on %s", door.kind.upper(), place)
        try:
            while not stop.is_set():
                await _quietly(listeners.note_listening, door.kind, place)
                await _pause(stop, BEAT_SECONDS)
        finally:
            server.close()
            await house.empty()
            await _quietly(listeners.forget_listener, door.kind)


async def _open(door: Door, house: House) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    if not door.path:
        return await loop.create_server(house.receive_visitor, door.host, door.port)
    if await asyncio.to_thread(_is_answered, door.path):
        # asyncio takes the file of a socket away, also from a living server.
        raise OSError("another program listens there")
    server = await loop.create_unix_server(house.receive_visitor, door.path)
    # Like a port of this machine: who may come near is a matter of the folder's rights.
    os.chmod(door.path, 0o666)  # noqa: S103
    return server


def _place(door: Door, server: asyncio.Server) -> str:
    """With the port that the system chose for 0."""
    return str(door if door.path else replace(door, port=server.sockets[0].getsockname()[1]))


def _is_answered(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as link:
        return link.connect_ex(path) == 0


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def _quietly(command, *arguments) -> None:
    """Mail is taken in, or refused for now, whether or not this can be written down."""
    try:
        await in_database(command, *arguments)
    except DatabaseError as error:
        log.warning("The state of the listener could not be written down: %s", type(error).__name__)
