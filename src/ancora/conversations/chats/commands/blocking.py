"""Visitors of whom one of us wants to hear no more, until that is undone."""

from django.db import transaction

from ancora.conversations.chats.models import ChatVisitor
from ancora.conversations.chats.visitors import hold_visitors
from ancora.conversations.chats.words import topic_of
from ancora.conversations.events import VisitorBlocked, VisitorUnblocked
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import Telling, publish_all
from ancora.platform.live.lines import tell


@transaction.atomic
def block_visitors(conversation_id: int, *, author: User) -> bool:
    """Nothing more is taken from the browsers in this chat, nor from another one of a person whom the website vouches
    for; what they said stays. False when nobody in it was unblocked."""
    hold_visitors(conversation_id)
    return _change(conversation_id, author, is_blocked=True)


@transaction.atomic
def unblock_visitors(conversation_id: int, *, author: User) -> bool:
    """They may write again. False when nobody in this chat was blocked."""
    hold_visitors(conversation_id)
    return _change(conversation_id, author, is_blocked=False)


def _change(conversation_id: int, author: User, *, is_blocked: bool) -> bool:
    found = ChatVisitor.objects.filter(conversation=conversation_id, blocked_at__isnull=is_blocked)
    ids = list(found.order_by("id").values_list("id", flat=True))
    if not ids:
        return False
    at, by = (clock.now(), author) if is_blocked else (None, None)
    ChatVisitor.objects.filter(pk__in=ids).update(blocked_at=at, blocked_by=by)
    event = VisitorBlocked if is_blocked else VisitorUnblocked
    actor = Actor.human(author)
    publish_all([Telling(event(visitor_id=pk, conversation_id=conversation_id), actor) for pk in ids])
    tell(topic_of(conversation_id), {"kind": "blocked", "is": is_blocked})
    return True
