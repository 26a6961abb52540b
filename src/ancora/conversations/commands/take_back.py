"""A message that waits for the moment its author chose can be taken back until then."""

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.conversations.commands.sending_queue import call_those_behind
from ancora.conversations.events import MessageTakenBack
from ancora.conversations.models import Message, Outgoing, OutgoingState, Place, SearchEntry
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


@transaction.atomic
def take_back(message: Message, *, author: User) -> None:
    """Out of its conversation, never to be sent; its row stays, so that the same form posted again sends nothing.
    `Refusal` for who did not write it, and from its moment on.

    The row is locked as by whoever begins to send it: one of the two sees what the other has done.
    """
    outgoing = Outgoing.objects.select_for_update(of=("self",)).filter(message=message).first()
    if message.author_id != author.pk:
        raise Refusal(_("Only who wrote a message can take it back."))
    if outgoing is None or not outgoing.is_held(clock.now()):
        raise Refusal(_("It is too late to take it back: the message is on its way."))
    now = clock.now()
    outgoing.state, outgoing.waits_for, outgoing.settled_at = OutgoingState.TAKEN_BACK, "", now
    outgoing.save(update_fields=["state", "waits_for", "settled_at"])
    outgoing.recipients.update(state=OutgoingState.TAKEN_BACK)
    place = Place.objects.get(message=message, until__isnull=True)
    place.until = now
    place.save(update_fields=["until"])
    SearchEntry.objects.filter(message=message).delete()
    call_those_behind(outgoing, place.conversation_id)
    event = MessageTakenBack(message_id=message.pk, conversation_id=place.conversation_id)
    publish(event, actor=Actor.human(author))
