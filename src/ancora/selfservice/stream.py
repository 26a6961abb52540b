"""The stream `/chat/<account token>/stream/?since=7`, beside Django so that it holds no thread and no database
connection: how the chat is, the lines after that number, then whatever happens. A browser that sees a gap in the
numbers, or hears `changed`, fetches what it lacks."""

import json
import logging
import re
from urllib.parse import parse_qs

from django.db import Error as DatabaseProblem

from ancora.cases.presence.visitors import owner_at
from ancora.conversations.chats.commands.here import note_here
from ancora.conversations.chats.commands.seen import presence_told
from ancora.conversations.chats.queries import lines_since, state_of
from ancora.conversations.chats.visitors import NoVisitor, standing_of
from ancora.conversations.chats.words import topic_of
from ancora.platform.errors import Refusal
from ancora.platform.live.endpoint import refuse, serve
from ancora.platform.live.hub import hub
from ancora.selfservice.door import is_foreign
from ancora.selfservice.lane import aside
from ancora.selfservice.queueing import place_of
from ancora.selfservice.watching import watch

log = logging.getLogger("ancora.chat")
_REFUSED = -1
_PATH = re.compile(r"/chat/([^/]+)/stream/")


def is_meant(path: str) -> bool:
    """Whether this is the address of a stream."""
    return path.startswith("/chat/") and _PATH.fullmatch(path) is not None


async def stream(scope, receive, send) -> None:
    """401 for who is not known, 403 where the chat is closed or they are blocked, 204 for who has said nothing yet."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    if scope["method"] != "GET" or is_foreign(headers.get(b"origin"), headers.get(b"host", "")):
        return await refuse(send, 405 if scope["method"] != "GET" else 403)
    kind, _space, token = headers.get(b"authorization", "").partition(" ")
    account = _PATH.fullmatch(scope["path"])[1]
    try:
        conversation_id = await aside(_conversation, account, token.strip()) if kind.lower() == "bearer" else 0
        if not conversation_id:
            return await refuse(send, 204 if conversation_id is None else 401)
        if conversation_id == _REFUSED:
            return await refuse(send, 403)
        # Before the lines are read: what is written meanwhile comes twice rather than never.
        opened = hub.open(frozenset((topic_of(conversation_id),)))
        watch.enter(conversation_id)
        try:
            first = await aside(_first, conversation_id, _since(scope))
            await serve(opened, receive, send, first=first)
        finally:
            watch.leave(conversation_id)
            hub.close(opened)
    except DatabaseProblem as error:
        log.warning("The stream of a chat was not opened: %s", error)
        return await refuse(send, 503)


def _since(scope) -> int:
    found = parse_qs(scope["query_string"].decode("latin-1")).get("since", ["0"])[0]
    return int(found) if found.isdecimal() and len(found) < 10 else 0


def _conversation(account: str, token: str) -> int | None:
    """Zero for a stranger, None for who has no conversation yet, `_REFUSED` for who is known and may not listen."""
    try:
        return standing_of(account, token).conversation_id
    except NoVisitor:
        return 0
    except Refusal:
        return _REFUSED


def _first(conversation_id: int, number: int) -> str:
    note_here([conversation_id])
    told, place = [state_of(conversation_id).told], place_of(conversation_id)
    told += [place.told] if place else []
    told += [presence_told(*owner)] if (owner := owner_at(conversation_id)) else []
    told += [line.told for line in lines_since(conversation_id, number)]
    return "".join(f"event: line\ndata: {json.dumps(one, ensure_ascii=False)}\n\n" for one in told)
