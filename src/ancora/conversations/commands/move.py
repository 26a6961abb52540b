"""Puts a message into another conversation: the old place stays as history."""

from django.db import transaction

from ancora.conversations.events import MessageMoved
from ancora.conversations.models import Conversation, Message, Place
from ancora.platform import clock
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


@transaction.atomic
def move_to_new_conversation(message_id: int, *, actor: Actor) -> Conversation:
    """Begin a conversation of its own with this message, same customer and mailbox; later answers to it follow."""
    place = (
        Place.objects.select_for_update(of=("self",))
        .select_related("conversation")
        .get(message_id=message_id, until__isnull=True)
    )
    old, now = place.conversation, clock.now()
    subject = Message.objects.values_list("subject", flat=True).get(pk=message_id)
    new = Conversation.objects.create(
        customer_id=old.customer_id,
        mailbox_id=old.mailbox_id,
        channel=old.channel,
        subject=(subject or old.subject)[:998],
        started_at=now,
    )
    place.until = now
    place.save(update_fields=["until"])
    Place.objects.create(message_id=message_id, conversation=new, since=now, actor_kind=actor.kind, actor_id=actor.id)
    publish(MessageMoved(message_id=message_id, conversation_id=new.pk, from_conversation_id=old.pk), actor=actor)
    return new
