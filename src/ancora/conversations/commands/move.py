"""Puts a message into another conversation: the old place stays as history."""

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.conversations.events import MessageMoved
from ancora.conversations.models import Conversation, Message, Place
from ancora.conversations.places import is_on_its_way
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


@transaction.atomic
def move_message(message: Message, *, to: Conversation, actor: Actor) -> Place:
    """Put a message into a conversation that is there; later answers to it follow. Nothing when it is in it. Refused
    while a message of ours is on its way: it would leave with the number of the conversation it was in."""
    place = _held(message.pk)
    if place.conversation_id == to.pk:
        return place
    if is_on_its_way(message):
        raise Refusal(_("This message is still on its way. Move it when it has left."))
    return _move(place, to, actor)


@transaction.atomic
def move_to_new_conversation(
    message_id: int,
    *,
    actor: Actor,
    customer_id: int | None = None,
    subject: str = "",
    is_example: bool = False,
) -> Conversation:
    """Begin a conversation of its own with this message, same mailbox, and same customer and subject unless another is
    named; later answers to it follow. `is_example`: nothing that is written in it is sent. Refused as `move_message`
    does."""
    place = _held(message_id)
    message = Message.objects.only("subject").get(pk=message_id)
    if is_on_its_way(message):
        raise Refusal(_("This message is still on its way. Move it when it has left."))
    old = place.conversation
    new = Conversation.objects.create(
        customer_id=customer_id or old.customer_id,
        mailbox_id=old.mailbox_id,
        channel=old.channel,
        account_id=old.account_id,
        subject=(subject or message.subject or old.subject)[:998],
        started_at=clock.now(),
        is_example=is_example,
    )
    _move(place, new, actor)
    return new


def _held(message_id: int) -> Place:
    """The current place, held until the transaction ends."""
    # The message, not the place: who waits for a place finds it ended, and the new one is not in sight yet.
    Message.objects.select_for_update(no_key=True).only("pk").get(pk=message_id)
    return Place.objects.select_related("conversation").get(message_id=message_id, until__isnull=True)


def _move(place: Place, to: Conversation, actor: Actor) -> Place:
    now = clock.now()
    place.until = now
    place.save(update_fields=["until"])
    moved = Place.objects.create(
        message_id=place.message_id, conversation=to, since=now, actor_kind=actor.kind, actor_id=actor.id
    )
    event = MessageMoved(message_id=place.message_id, conversation_id=to.pk, from_conversation_id=place.conversation_id)
    publish(event, actor=actor)
    return moved
