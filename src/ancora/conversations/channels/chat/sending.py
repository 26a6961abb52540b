"""What was queued for a chat becomes a line of it."""

import json

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from ancora.conversations.channels.contract import Ending, Handover, SendResult
from ancora.conversations.chats.commands.lines import file_written
from ancora.conversations.chats.words import said_files
from ancora.conversations.identity import message_key
from ancora.conversations.models import ChannelAccount
from ancora.platform import clock

# `is_shut`: every visitor in the chat is blocked; NULL where none is in it.
_QUEUED = """
SELECT m.id, EXISTS (SELECT 1 FROM conversations_chatline l WHERE l.message_id = m.id),
    (SELECT bool_and(v.blocked_at IS NOT NULL) FROM conversations_chatvisitor v WHERE v.conversation_id = c.id),
    (SELECT json_agg(json_build_array(f.id, f.filename, f.content_type, f.size) ORDER BY f.position)
     FROM conversations_attachment f WHERE f.message_id = m.id AND NOT f.is_inline)
FROM conversations_message m JOIN conversations_place p ON p.message_id = m.id AND p.until IS NULL
JOIN conversations_conversation c ON c.id = p.conversation_id
WHERE m.message_key = %s AND m.direction = 'out' AND m.channel = 'chat' AND c.account_id = %s
"""


def hand_over(account: ChannelAccount, handover: Handover) -> SendResult:
    """See `ChatAdapter.send`. Refused where nobody is there who may see it; later while the chat is held, or the
    database says no; unknown when the database went away, and then the same message again is one line."""
    handover.begin({})
    try:
        with transaction.atomic():
            return _filed(account, handover)
    except IntegrityError:
        # Another attempt was quicker.
        return _there()
    except (OperationalError, InterfaceError) as error:
        said = _("The database answers: %(answer)s") % {"answer": str(error).strip().partition("\n")[0]}
        if _has_said_no(error):
            return SendResult(Ending.LATER, said)
        connection.close()
        return SendResult(Ending.UNKNOWN, said)


def _filed(account: ChannelAccount, handover: Handover) -> SendResult:
    with connection.cursor() as cursor:
        # Who writes there holds it for some milliseconds.
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        cursor.execute(_QUEUED, [message_key(handover.key), account.pk])
        row = cursor.fetchone()
    message_id, is_there, is_shut, files = row or (None, False, None, None)
    if is_there:
        return _there()
    if is_shut is None:
        return SendResult(Ending.REFUSED, _("Nobody is in this chat any more. Answer by e-mail."))
    if is_shut:
        return SendResult(Ending.REFUSED, _("The visitor is blocked."))
    line = json.loads(handover.content)
    line |= {"files": [one.told for one in said_files(files)], "at": clock.now().isoformat()}
    file_written(message_id, "out", line["key"], clock.now(), json.dumps(line, ensure_ascii=False).encode())
    return _there()


def _has_said_no(error: Exception) -> bool:
    """Whether nothing of it is there: an answer, and not the end of the session (SQLSTATE 08, 57P)."""
    code = getattr(error.__cause__, "sqlstate", None) or ""
    return bool(code) and not code.startswith(("08", "57P"))


def _there() -> SendResult:
    return SendResult(Ending.ACCEPTED, _("It is in the chat."))
