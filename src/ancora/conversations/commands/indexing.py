"""Reads messages into the index of words once more, after it has learned to read them better."""

import json

from django.db import connection, transaction
from django.db.models import Prefetch

from ancora.conversations.channels.email.parsing import says_forward
from ancora.conversations.commands.filing import MOST_NAMED
from ancora.conversations.ladder import NEW
from ancora.conversations.models import Attachment, Direction, Message, SearchEntry
from ancora.conversations.search import words_in
from ancora.platform.jobs import later

AT_ONCE = 1000


@transaction.atomic
def index_again(until: int) -> None:
    """The newest `AT_ONCE` messages of the index, from the id `until` on; the job for those before them is enqueued in
    the same transaction, so that it goes on where it ended. Run twice, it changes nothing."""
    from ancora.conversations.jobs import index_again as job

    ids = list(SearchEntry.objects.filter(pk__lte=until).order_by("-pk").values_list("pk", flat=True)[:AT_ONCE])
    if not ids:
        return
    rows = [{"id": message.pk, "words": _words_of(message)} for message in _messages(ids)]
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, [json.dumps(rows, ensure_ascii=False)])
    later(job, until=ids[-1] - 1)


# What reads as before is not written.
_AGAIN = """
WITH again AS MATERIALIZED (
    SELECT id, search_words(words) AS words FROM json_to_recordset(%s) AS g(id bigint, words text)
)
UPDATE conversations_searchentry s SET words = again.words FROM again
WHERE s.message_id = again.id AND s.words <> again.words
"""


def _messages(ids: list[int]):
    attachments = Attachment.objects.only("message_id", "filename").order_by("message_id", "position")
    fields = ("direction", "rung", "subject", "text", "reply_text")
    return Message.objects.filter(pk__in=ids).only(*fields).prefetch_related(Prefetch("attachments", attachments))


def _words_of(message: Message) -> str:
    """As `queue_message` and `filing.words_of` gave them to the index."""
    names = [one.filename for one in message.attachments.all()]
    if message.direction == Direction.OUT:
        return words_in(message.subject, names, message.reply_text)
    is_whole = message.rung == NEW.rung or says_forward(message.subject, message.text)
    text = message.text if is_whole else message.reply_text or message.text
    return words_in(message.subject, names[:MOST_NAMED], text)
