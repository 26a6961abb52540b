"""How many bytes of files a conversation takes in a day."""

from collections.abc import Collection
from datetime import timedelta

from django.db import connection
from django.utils.translation import gettext as _

from ancora.platform import clock
from ancora.platform.errors import Refusal

MOST_DAILY_BYTES = 200_000_000
DAY = timedelta(days=1)
_TAKEN = """
SELECT coalesce(sum(f.size), 0) FROM conversations_chatline l
JOIN conversations_attachment f ON f.message_id = l.message_id
WHERE l.conversation_id = %s AND l.direction = 'in' AND l.at > %s
"""


def refuse_too_much(conversation_id: int | None, sizes: Collection[int]) -> None:
    """`Refusal` where these files and those of the last 24 hours are more than a visitor has to show. One query, and
    nothing for words alone; whoever calls holds the visitor."""
    if conversation_id is None or not sizes:
        return
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, [conversation_id, clock.now() - DAY])
        (taken,) = cursor.fetchone()
    if taken + sum(sizes) > MOST_DAILY_BYTES:
        most = {"megabytes": MOST_DAILY_BYTES // 1_000_000}
        raise Refusal(_("That is more than %(megabytes)s MB of files in a day. Send the rest tomorrow.") % most)
