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
