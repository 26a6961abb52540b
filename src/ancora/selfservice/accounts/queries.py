"""Reads for the settings of chats."""

from django.db.models import QuerySet
from django.http import Http404

from ancora.conversations.chats.queries import KIND
from ancora.conversations.models import ChannelAccount, ChatVisitor


def chats(viewer) -> QuerySet[ChannelAccount]:
    """All chats, for an administrator, by name; for others there is none."""
    found = ChannelAccount.objects.filter(kind=KIND).select_related("mailbox").order_by("name", "id")
    return found if viewer.is_administrator else found.none()


def chat_for(viewer, pk: int) -> ChannelAccount:
    """One chat, for an administrator; not yours → 404."""
    found = chats(viewer).filter(pk=pk).first()
    if found is None:
        raise Http404("No such chat.")
    return found


MOST_BLOCKED = 200


def blocked_visitors(viewer) -> list[ChatVisitor]:
    """Whom one of us wants to hear no more in any chat, the last first, for an administrator; each with its account,
    its conversation's customer and who blocked it. One query."""
    if not viewer.is_administrator:
        return []
    found = ChatVisitor.objects.filter(blocked_at__isnull=False, conversation__isnull=False)
    found = found.select_related("account", "conversation__customer", "blocked_by")
    return list(found.order_by("-blocked_at", "-id")[:MOST_BLOCKED])


def blocked_visitor_for(viewer, pk: int) -> ChatVisitor:
    """One of them, blocked or no longer; not yours → 404."""
    found = ChatVisitor.objects.filter(pk=pk, conversation__isnull=False).first() if viewer.is_administrator else None
    if found is None:
        raise Http404("No such visitor.")
    return found


def ways_to_link(viewer) -> list[ChannelAccount]:
    """Accounts in use that are no chat, by name: a chat may show where customers reach them."""
    found = ChannelAccount.objects.filter(is_active=True).exclude(kind=KIND) if viewer.is_administrator else []
    return sorted(found, key=lambda one: one.name.lower())
