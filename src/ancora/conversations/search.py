"""The searchable words of messages: subject, visible text and attachment names, in Italian and English."""

import re
from collections.abc import Iterable

from django.db import connection

MOST_SEARCHED = 200_000


def index_message(message_id: int, words: str) -> None:
    """Make a message findable by `words`; at most 200,000 characters of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO conversations_searchentry (message_id, words) VALUES (%s, search_words(%s))"
            " ON CONFLICT (message_id) DO UPDATE SET words = EXCLUDED.words",
            [message_id, words[:MOST_SEARCHED]],
        )


def words_in(subject: str, filenames: Iterable[str], text: str) -> str:
    """What a message is found by, as `search_words` takes it; at most `MOST_SEARCHED` characters."""
    names = " ".join(words_of_name(filename) for filename in filenames)
    return f"{subject}\n{names}\n{text}"[:MOST_SEARCHED]


def words_of_name(filename: str) -> str:
    """A file's name whole and in its parts: “order-4711.pdf” is found by each of them."""
    return f"{filename} {re.sub(r'[\W_]+', ' ', filename)}"
