"""What travels in the stream itself, because fetching it would take too long: a line of a chat, that somebody types."""

import json

from django.db import connection

from ancora.platform.live.hub import LINES

# A notice holds 8,000 bytes.
MOST_BYTES = 7500


def tell(topic: str, body: dict) -> None:
    """Streams of exactly this topic (`chat-17`) get `body` as `event: line` once the transaction is committed; where
    it is too long for that, only its `kind` and `number`, and `fetch`. It must do no harm when nobody listens."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [LINES, f"{topic} {told(body)}"])


def told(body: dict) -> str:
    """`body` as it travels."""
    words = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    if len(words.encode()) <= MOST_BYTES:
        return words
    short = {name: body[name] for name in ("kind", "number") if name in body}
    return json.dumps({**short, "fetch": True}, separators=(",", ":"))
