"""Conversations that are there to try the desk with: told apart from real ones, and deleted without a trace."""

from collections.abc import Iterable

from django.db import transaction

from ancora.conversations.judging import forget_people_and_blocks
from ancora.conversations.models import (
    Arrival,
    Attachment,
    BlockKind,
    Conversation,
    ImageConsent,
    Message,
    Place,
    RemoteImage,
    SenderBlock,
    SenderLink,
    Sighting,
)


def mark_examples(conversation_ids: Iterable[int]) -> None:
    """From now on nothing that is written in these conversations is sent."""
    Conversation.objects.filter(pk__in=conversation_ids).update(is_example=True)


def unmark_examples(conversation_ids: Iterable[int]) -> None:
    """They are conversations like all others: what is written from now on is sent."""
    Conversation.objects.filter(pk__in=conversation_ids).update(is_example=False)


@transaction.atomic
def delete_example_conversations(conversation_ids: Iterable[int]) -> list[int]:
    """Delete conversations that are examples, with all their messages and whatever hangs on those; gives the ids of
    the files that they named. Nobody else's rows may name them any more."""
    mine = list(Conversation.objects.filter(pk__in=conversation_ids, is_example=True).values_list("pk", flat=True))
    messages = list(Place.objects.filter(conversation__in=mine).values_list("message_id", flat=True).distinct())
    of_messages = [kind.objects.filter(message__in=messages) for kind in (Arrival, Attachment, RemoteImage)]
    files = [file_id for rows in of_messages for file_id in rows.values_list("file_id", flat=True)]
    for rows in (
        *of_messages,
        ImageConsent.objects.filter(message__in=messages),
        SenderLink.objects.filter(conversation__in=mine),
        Sighting.objects.filter(message__in=messages),
        Place.objects.filter(conversation__in=mine),
        Message.objects.filter(pk__in=messages),
        Conversation.objects.filter(pk__in=mine),
    ):
        rows.delete()
    return [file_id for file_id in files if file_id is not None]


@transaction.atomic
def forget_senders(addresses: Iterable[str]) -> None:
    """Forget what people decided about these addresses, which nobody has: blocks, and images that may be shown. A
    block that caught a mail stays."""
    addresses = list(addresses)
    caught = Message.objects.filter(block__isnull=False).values("block_id")
    blocks = SenderBlock.objects.filter(kind=BlockKind.ADDRESS, value__in=addresses)
    blocks.exclude(pk__in=caught).delete()
    ImageConsent.objects.filter(address__in=addresses).delete()
    transaction.on_commit(forget_people_and_blocks)
