"""Visitors of whom one of us wants to hear no more, until that is undone."""

from django.db import transaction

from ancora.conversations.chats.models import ChatVisitor
from ancora.conversations.events import VisitorBlocked, VisitorUnblocked
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


@transaction.atomic
def block_visitor(visitor: ChatVisitor, *, author: User) -> None:
    """Nothing more is taken from this browser; what it said stays. Nothing when it is blocked."""
    found = ChatVisitor.objects.filter(pk=visitor.pk, blocked_at__isnull=True)
    if found.update(blocked_at=clock.now(), blocked_by=author):
        event = VisitorBlocked(visitor_id=visitor.pk, conversation_id=visitor.conversation_id)
        publish(event, actor=Actor.human(author))


@transaction.atomic
def unblock_visitor(visitor: ChatVisitor, *, author: User) -> None:
    """It may write again. Nothing when it is not blocked."""
    found = ChatVisitor.objects.filter(pk=visitor.pk, blocked_at__isnull=False)
    if found.update(blocked_at=None, blocked_by=None):
        event = VisitorUnblocked(visitor_id=visitor.pk, conversation_id=visitor.conversation_id)
        publish(event, actor=Actor.human(author))
