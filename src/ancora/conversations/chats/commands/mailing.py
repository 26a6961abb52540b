"""What nobody read in the chat goes by mail, once, in the thread of the conversation."""

import logging
from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ancora.conversations import tokens
from ancora.conversations.channels.email.compose import build, plain_text
from ancora.conversations.chats.commands.returning import return_link
from ancora.conversations.chats.models import ChatLine
from ancora.conversations.chats.typed import HAS_BOUNCED
from ancora.conversations.chats.unread_mail import unread_html
from ancora.conversations.chats.words import topic_of
from ancora.conversations.drafting import Upload, Writing, draft_of, references_of, reply_subject
from ancora.conversations.events import MessageQueued
from ancora.conversations.identities import default_identity
from ancora.conversations.identity import content_key, message_key
from ancora.conversations.jobs import send_outgoing
from ancora.conversations.models import (
    Attachment,
    Conversation,
    Direction,
    Message,
    Outgoing,
    Place,
    Purpose,
    Recipient,
)
from ancora.conversations.search import index_message, words_in
from ancora.platform import clock
from ancora.platform.accounts.models import LANGUAGES
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish
from ancora.platform.files.store import FileMissing, StorageFull, read, store
from ancora.platform.jobs import later
from ancora.platform.live.lines import tell

log = logging.getLogger("ancora.chat")
MOST_AT_ONCE = 200
MOST_ENCLOSED_BYTES = 15_000_000

# What never reached a screen is mailed after two minutes (the account may say otherwise, 0: never), what did and was
# not looked at after five times as long. The day keeps what has no way out from being asked for ever.
_DUE = f"""
WITH unread AS (
    SELECT l.conversation_id, max(l.at) AS newest, bool_or(l.delivered_at IS NULL) AS is_missed
    FROM conversations_chatline l JOIN conversations_message m ON m.id = l.message_id
    WHERE l.direction = 'out' AND l.read_at IS NULL AND l.mailed_at IS NULL AND m.channel = 'chat'
        AND l.at > %(now)s - interval '1 day' AND (%(only)s::bigint IS NULL OR l.conversation_id = %(only)s)
    GROUP BY 1
), patient AS (
    SELECT u.*, c.customer_id, CASE WHEN a.settings->>'unread_seconds' ~ '^\\d{{1,6}}$'
        THEN (a.settings->>'unread_seconds')::int ELSE 120 END AS seconds
    FROM unread u JOIN conversations_conversation c ON c.id = u.conversation_id
    JOIN conversations_channelaccount a ON a.id = c.account_id
)
SELECT p.conversation_id, coalesce(v.email, h.display), coalesce(nullif(v.name, ''), u.name), v.language FROM patient p
JOIN customers_customer u ON u.id = p.customer_id
LEFT JOIN LATERAL (SELECT CASE WHEN o.email <> '' AND NOT {HAS_BOUNCED} THEN o.email END AS email, o.name, o.language
    FROM conversations_chatvisitor o WHERE o.conversation_id = p.conversation_id
    ORDER BY o.email = '' OR {HAS_BOUNCED}, o.seen_at DESC LIMIT 1) v ON true
LEFT JOIN LATERAL (SELECT k.display FROM customers_handle k WHERE k.customer_id = p.customer_id AND k.kind = 'email'
    AND k.bounced_at IS NULL ORDER BY k.verification = 'strong' DESC, k.id DESC LIMIT 1) h ON true
WHERE p.seconds > 0 AND coalesce(v.email, h.display) IS NOT NULL
    AND p.newest < %(now)s - make_interval(secs => CASE WHEN p.is_missed THEN p.seconds ELSE 5 * p.seconds END)
ORDER BY p.newest LIMIT %(most)s
"""  # noqa: S608


def mail_unread_lines() -> int:
    """Put on their way what nobody read and for which an address is known: one mail for each conversation; how many."""
    return sum(_try(conversation_id) for conversation_id, *_who in _due(clock.now()))


def _due(now: datetime, only: int | None = None) -> list[tuple[int, str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"now": now, "only": only, "most": MOST_AT_ONCE})
        return cursor.fetchall()


def _try(conversation_id: int) -> bool:
    try:
        return _mail(conversation_id)
    except (Refusal, StorageFull) as problem:
        log.warning("Unread lines of conversation %s wait: %s", conversation_id, problem)
    except Exception:
        # What is wrong with one is no reason that the others wait.
        log.exception("Unread lines of conversation %s are not mailed", conversation_id)
    return False


@transaction.atomic
def _mail(conversation_id: int) -> bool:
    """False when they were read, or mailed, meanwhile."""
    now = clock.now()
    # Whoever reads them, or mails them too, waits for us, or we for them.
    unread = ChatLine.objects.select_for_update(of=("self",), no_key=True).select_related("message__author")
    unread = unread.filter(conversation=conversation_id, direction="out", read_at=None, mailed_at=None)
    lines = list(unread.filter(message__channel="chat").order_by("number"))
    due = _due(now, conversation_id) if lines else []
    if not due:
        return False
    _pk, address, name, language = due[0]
    conversation = Conversation.objects.select_related("mailbox", "account").get(pk=conversation_id)
    language = language if language in dict(LANGUAGES) else current_organisation().language
    with translation.override(language):
        writing = _writing(conversation, [line.message for line in lines], (name, address), language)
        _queue(writing, _carrier([line.message for line in lines], writing, now), now)
    ChatLine.objects.filter(pk__in=[line.pk for line in lines]).update(mailed_at=now)
    tell(topic_of(conversation_id), {"kind": "mailed", "from": lines[0].number, "up_to": lines[-1].number})
    return True


def _writing(conversation: Conversation, said: list[Message], to: tuple[str, str], language: str) -> Writing:
    here = Place.objects.filter(conversation=conversation, until__isnull=True).exclude(message__message_id="")
    last = here.select_related("message").order_by("-message_id").first()
    link = return_link(conversation, to[1], language=language)
    return Writing(
        conversation=conversation,
        identity=default_identity(conversation),
        purpose=Purpose.REPLY,
        subject=reply_subject(conversation.subject),
        html=unread_html(said, to=to[0] or "", shop=_shop(conversation), link=link),
        to=[to],
        files=_files(said),
        answers=last.message if last else None,
        author=said[-1].author,
        language=language,
    )


def _shop(conversation: Conversation) -> str:
    """As the chat is called for its visitors."""
    account = conversation.account
    return str((account and account.settings.get("title")) or current_organisation().name or account or "")


def _files(said: list[Message]) -> list[Upload]:
    """As many of their files as one mail holds, without those that are lost."""
    found, room = [], MOST_ENCLOSED_BYTES
    for one in Attachment.objects.select_related("file").filter(message__in=said):
        if one.size <= room:
            try:
                content = read(one.file)
            except FileMissing:
                log.warning("File %s of a chat is missing: its mail goes without it", one.pk)
                continue
            room -= one.size
            found.append(Upload(one.filename, one.content_type, content))
    return found


def _carrier(said: list[Message], writing: Writing, now: datetime) -> Message:
    """As which message the mail leaves: the last of its lines, so that nothing is there twice. What a program said left
    by the outbox as a line, and leaves no second time: where all were such, a message beside them, which is no line."""
    left = set(Outgoing.objects.filter(message__in=said).values_list("message", flat=True))
    free = [one for one in said if one.pk not in left]
    if free:
        return free[-1]
    [(_name, address)] = writing.to
    with translation.override(current_organisation().language):
        text = _("What was not read in the chat went by mail to %(address)s.") % {"address": address}
    message = Message.objects.create(
        direction=Direction.OUT,
        author=writing.author,
        from_name=said[-1].from_name,
        subject=writing.subject,
        text=text,
        reply_text=text,
        auto=Purpose.ACKNOWLEDGEMENT,
        sent_at=now,
        recorded_at=now,
    )
    Place.objects.create(message=message, conversation=writing.conversation, since=now, actor_kind=SYSTEM.kind)
    index_message(message.pk, words_in(writing.subject, [], text))
    event = MessageQueued(
        message_id=message.pk,
        conversation_id=writing.conversation.pk,
        customer_id=writing.conversation.customer_id,
        mailbox_id=writing.conversation.mailbox_id,
        channel="email",
    )
    publish(event, actor=SYSTEM)
    return message


def _queue(writing: Writing, message: Message, now: datetime) -> None:
    """The mail leaves as this message, and answers find it."""
    address = writing.identity.address
    message.message_id = tokens.new_message_id(writing.conversation.reference, address.partition("@")[2])
    message.message_key = message_key(message.message_id)
    message.content_key = content_key(address, now, message.message_id)
    message.references, message.from_address = references_of(writing), address
    message.addresses = {"to": [list(pair) for pair in writing.to], "cc": []}
    message.save(update_fields=["message_id", "message_key", "content_key", "references", "from_address", "addresses"])
    draft = draft_of(writing, text=plain_text(writing.html), message_id=message.message_id, at=now)
    outgoing = Outgoing.objects.create(
        message=message,
        mailbox=writing.identity.mailbox,
        file=store(build(replace(draft, quoted=None))),
        purpose=Purpose.REPLY,
        next_at=now,
    )
    [(name, to)] = writing.to
    Recipient.objects.create(outgoing=outgoing, kind="to", name=name[:320], address=to[:320])
    later(send_outgoing, lock=f"conversation-{writing.conversation.pk}", outgoing_id=outgoing.pk)
