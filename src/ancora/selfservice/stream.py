"""The stream `/chat/<account token>/stream/?since=7`, beside Django so that it holds no thread and no database
connection: how the chat is, the lines after that number, then whatever happens. A browser that sees a gap in the
numbers, or hears `changed`, fetches what it lacks."""

import json
import logging
import re
from dataclasses import replace
from io import BytesIO
from urllib.parse import parse_qs

from django.core.handlers.asgi import ASGIRequest
from django.db import Error as DatabaseProblem

from ancora.cases.presence.visitors import owners_at
from ancora.conversations.chats.commands.here import note_here
from ancora.conversations.chats.commands.seen import presence_told
from ancora.conversations.chats.queries import lines_of_many, states_of
from ancora.conversations.chats.visitors import NoVisitor, Standing, standings_of
from ancora.conversations.chats.words import topic_of
from ancora.platform.errors import Refusal
from ancora.platform.http.addresses import visitor_address
from ancora.platform.http.lane import Crowded, patience
from ancora.platform.http.together import Together
from ancora.platform.live.endpoint import refuse, serve
from ancora.platform.live.hub import hub
from ancora.selfservice.blocked import note_blocked
from ancora.selfservice.door import is_foreign, is_guessing
from ancora.selfservice.gate import LATER_SECONDS, Knock, gate
from ancora.selfservice.queueing import places_of
from ancora.selfservice.watching import watch

log = logging.getLogger("ancora.chat")
_PATH = re.compile(r"/chat/([^/]+)/stream/")


def is_meant(path: str) -> bool:
    """Whether this is the address of a stream."""
    return path.startswith("/chat/") and _PATH.fullmatch(path) is not None


async def stream(scope, receive, send) -> None:
    """401 for who is not known, 403 where the chat is closed or they are blocked, 204 for who has said nothing yet, 429
    for who opens too many, 503 while we have too much to do."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    if scope["method"] != "GET" or is_foreign(headers.get(b"origin"), headers.get(b"host", "")):
        return await refuse(send, 405 if scope["method"] != "GET" else 403)
    kind, _space, token = headers.get(b"authorization", "").partition(" ")
    token = token.strip() if kind.lower() == "bearer" else ""
    if gate.is_hasty(token):
        return await refuse(send, 429, later=LATER_SECONDS)
    try:
        knock = await _knocks.ask((scope, token))
        if knock.status == 200 and gate.is_crowded(knock.address):
            knock = replace(knock, status=429)
        if knock.status != 200:
            return await refuse(send, knock.status, later=LATER_SECONDS if knock.status == 429 else None)
        await _serve(knock, _since(scope), receive, send)
    except Crowded:
        return await refuse(send, 503, later=patience())
    except DatabaseProblem as error:
        log.warning("The stream of a chat was not opened: %s", error)
        return await refuse(send, 503, later=patience())


async def _serve(knock: Knock, since: int, receive, send) -> None:
    # Before the lines are read: what is written meanwhile comes twice rather than never.
    opened = hub.open(frozenset((topic_of(knock.conversation_id),)))
    gate.enter(opened, knock)
    watch.enter(knock.conversation_id)
    try:
        first = await _firsts.ask((knock.conversation_id, since))
        await serve(opened, receive, send, first=first)
    finally:
        watch.leave(knock.conversation_id)
        gate.leave(opened, knock)
        hub.close(opened)


def _since(scope) -> int:
    found = parse_qs(scope["query_string"].decode("latin-1")).get("since", ["0"])[0]
    return int(found) if found.isdecimal() and len(found) < 10 else 0


def _standings(knocking: list[tuple[dict, str]]) -> list[Knock]:
    """For each request and token of a visitor."""
    found = standings_of([(_PATH.fullmatch(scope["path"])[1], token) for scope, token in knocking])
    return [_knock(standing, scope) for standing, (scope, _token) in zip(found, knocking, strict=True)]


def _knock(found: Standing | Refusal, scope) -> Knock:
    # Here, because it may ask the database how many proxies stand before us.
    address = visitor_address(ASGIRequest(scope, BytesIO()))
    if isinstance(found, NoVisitor):
        return Knock(429 if is_guessing(address) else 401, address)
    if isinstance(found, Refusal):
        note_blocked(found, address)
        return Knock(403, address)
    status = 204 if found.conversation_id is None else 200
    return Knock(status, address, found.visitor_id, found.conversation_id or 0)


def _beginnings(opened: list[tuple[int, int]]) -> list[str]:
    """For each conversation and the number of the last line that its page has: how it is, and what it lacks."""
    ids = [conversation_id for conversation_id, _since in opened]
    note_here(ids)
    states, places, owners = states_of(ids), places_of(ids), owners_at(ids)
    found = []
    for pk, lines in zip(ids, lines_of_many(opened), strict=True):
        told = [states[pk].told]
        told += [places[pk].told] if pk in places else []
        told += [presence_told(*owners[pk])] if pk in owners else []
        told += [line.told for line in lines]
        found.append("".join(f"event: line\ndata: {json.dumps(one, ensure_ascii=False)}\n\n" for one in told))
    return found


_knocks, _firsts = Together(_standings), Together(_beginnings)
