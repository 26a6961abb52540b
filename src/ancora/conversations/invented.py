"""What tells an invented conversation from a real one."""

from collections.abc import Iterable

from ancora.conversations.models import Arrival, Direction, Message, Outgoing, Place

# Begins the keys of arrivals that were invented.
INVENTED = "example:"


def conversations_become_real(conversation_ids: Iterable[int]) -> set[int]:
    """Those of these examples into which something real came or from which something real went, whether it is still
    there or was moved on: a mail that a channel delivered, or one that left."""
    places = Place.objects.filter(conversation__in=conversation_ids)
    messages = places.values("message_id")
    invented = Arrival.objects.filter(message__in=messages, key__startswith=INVENTED).values("message_id")
    received = Message.objects.filter(pk__in=messages, direction=Direction.IN).exclude(pk__in=invented)
    delivered = Arrival.objects.filter(message__in=messages).exclude(key__startswith=INVENTED)
    sent = Outgoing.objects.filter(message__in=messages)
    real = {pk for (pk,) in received.values_list("pk")}
    real |= {pk for rows in (delivered, sent) for (pk,) in rows.values_list("message_id")}
    elsewhere = Place.objects.filter(message__in=messages).exclude(conversation__in=conversation_ids)
    real |= set(elsewhere.values_list("message_id", flat=True))
    return set(places.filter(message__in=real).values_list("conversation_id", flat=True))


def is_invented(message: Message) -> bool:
    """Whether a message was put in with the examples, or written in one: it never came in, nor will it leave."""
    keys = list(Arrival.objects.filter(message=message).values_list("key", flat=True))
    if keys or message.direction == Direction.IN:
        return bool(keys) and all(key.startswith(INVENTED) for key in keys)
    if Outgoing.objects.filter(message=message).exists():
        return False
    return Place.objects.filter(message=message, conversation__is_example=True).exists()


def message_count_in(conversation_ids: Iterable[int]) -> int:
    return Place.objects.filter(conversation__in=conversation_ids, until__isnull=True).count()
