"""Visitors of whom one of us wants to hear no more, until that is undone: a person decided it about a person, and it
does not end by itself."""

from django.db import transaction
from django.db.models import Q, QuerySet

from ancora.conversations.chats.models import ChatVisitor
from ancora.conversations.chats.words import topic_of
from ancora.conversations.events import VisitorBlocked, VisitorUnblocked
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.live.hints import hint


@transaction.atomic
def block_visitor(visitor: ChatVisitor, *, author: User) -> None:
    """Nothing more is taken from this visitor, in whatever browser of theirs we know; what was said stays. Their open
    pages hear of it. Nothing when it is blocked."""
    if _theirs(visitor).filter(blocked_at__isnull=True).update(blocked_at=clock.now(), blocked_by=author):
        event = VisitorBlocked(visitor_id=visitor.pk, conversation_id=visitor.conversation_id)
        publish(event, actor=Actor.human(author))
        if visitor.conversation_id:
            hint([topic_of(visitor.conversation_id)])


@transaction.atomic
def unblock_visitor(visitor: ChatVisitor, *, author: User) -> None:
    """They may write again. Nothing when it is not blocked."""
    if _theirs(visitor).filter(blocked_at__isnull=False).update(blocked_at=None, blocked_by=None):
        event = VisitorUnblocked(visitor_id=visitor.pk, conversation_id=visitor.conversation_id)
        publish(event, actor=Actor.human(author))


def _theirs(visitor: ChatVisitor) -> QuerySet[ChatVisitor]:
    """All browsers of the person, held in the order in which whoever writes holds them."""
    theirs = Q(pk=visitor.pk) | Q(account=visitor.account_id, handle=visitor.handle_id)
    if visitor.conversation_id:
        theirs |= Q(conversation=visitor.conversation_id)
    held = ChatVisitor.objects.select_for_update(no_key=True).filter(theirs).order_by("pk")
    return ChatVisitor.objects.filter(pk__in=list(held.values_list("pk", flat=True)))
