"""Whether a page of the visitor is open. A session remembers when that was last so, and since when it is not; it is
told when it changes. Nobody has to say goodbye: who is not heard of is gone."""

from collections.abc import Collection
from datetime import timedelta

from django.db import connection

from ancora.conversations.chats.words import topic_of
from ancora.platform import clock
from ancora.platform.live.hints import hint
from ancora.platform.live.lines import tell

# Twice and a half as long as from one look at the open streams to the next, and long enough to load a page again.
GONE_AFTER = timedelta(seconds=25)
_HERE = """
WITH held AS (
    SELECT id, conversation_id, here_at IS NULL OR gone_at IS NOT NULL AS is_news FROM conversations_contact
    WHERE conversation_id = ANY(%s) AND ended_at IS NULL ORDER BY id FOR NO KEY UPDATE
)
UPDATE conversations_contact t SET here_at = %s, gone_at = NULL FROM held WHERE t.id = held.id
RETURNING t.conversation_id, t.id, held.is_news
"""
# Held in the same order, so that the two never wait for each other.
_GONE = """
WITH held AS (
    SELECT id FROM conversations_contact
    WHERE ended_at IS NULL AND gone_at IS NULL AND here_at < %s ORDER BY id FOR NO KEY UPDATE
)
UPDATE conversations_contact t SET gone_at = t.here_at FROM held WHERE t.id = held.id
RETURNING t.conversation_id, t.id
"""


def note_here(conversation_ids: Collection[int]) -> None:
    """Pages of these chats are open; one statement for all of them. What has no session is passed over."""
    with connection.cursor() as cursor:
        cursor.execute(_HERE, [list(conversation_ids), clock.now()])
        news = [(pk, contact_id) for pk, contact_id, is_news in cursor.fetchall() if is_news]
    _tell(news, is_here=True)


def note_gone() -> None:
    """Those whose pages were not open lately are gone since then."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE, [clock.now() - GONE_AFTER])
        gone = cursor.fetchall()
    _tell(gone, is_here=False)


def _tell(news: list[tuple[int, int]], *, is_here: bool) -> None:
    for conversation_id, _contact in news:
        tell(topic_of(conversation_id), {"kind": "visitor", "here": is_here})
    if news:
        # Who waits, and for how many, is another number by that.
        hint(f"contact-{contact_id}" for _conversation, contact_id in news)
