"""Where messages are, and where they were: one place is current, former ones stay as history."""

from collections.abc import Iterable

from ancora.conversations.models import Conversation, Message, Outgoing, OutgoingState, Place


def current_place(message: Message) -> Place:
    """Where a message is now, its conversation loaded."""
    return Place.objects.select_related("conversation").get(message=message, until__isnull=True)


def place_before(message: Message, place_id: int) -> Place | None:
    """Where a message was before it came to this place, its conversation loaded; None for the first one."""
    former = Place.objects.filter(message=message, until__isnull=False, pk__lt=place_id)
    return former.select_related("conversation").order_by("-id").first()


def home_among(message: Message, conversation_ids: list[int]) -> Conversation | None:
    """The one of these conversations that held a message last; None when it was in none of them."""
    former = Place.objects.filter(message=message, conversation__in=conversation_ids)
    place = former.select_related("conversation").order_by("-id").first()
    return place.conversation if place else None


def homes_among(message_ids: Iterable[int], conversation_ids: list[int]) -> dict[int, Conversation]:
    """As `home_among`, by the id of each message that was in one of them; one query."""
    former = Place.objects.filter(message__in=message_ids, conversation__in=conversation_ids)
    return {place.message_id: place.conversation for place in former.select_related("conversation").order_by("id")}


def is_on_its_way(message: Message) -> bool:
    """Whether it is one of ours that has not left, or is just leaving."""
    under_way = (OutgoingState.QUEUED, OutgoingState.SENDING)
    return Outgoing.objects.filter(message=message, state__in=under_way).exists()
