"""Reads for the settings of chats."""

from django.db.models import QuerySet
from django.http import Http404

from ancora.conversations.chats.queries import KIND
from ancora.conversations.models import ChannelAccount


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


def ways_to_link(viewer) -> list[ChannelAccount]:
    """Accounts in use that are no chat, by name: a chat may show where customers reach them."""
    found = ChannelAccount.objects.filter(is_active=True).exclude(kind=KIND) if viewer.is_administrator else []
    return sorted(found, key=lambda one: one.name.lower())
