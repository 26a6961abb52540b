"""What a mail provider reports of a message we handed to it."""

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.parsing import delivery_in_words
from ancora.conversations.commands.settle import Settled, mark, show_in_message
from ancora.conversations.events import MessageBounced, MessageDelivered
from ancora.conversations.identity import message_key
from ancora.conversations.models import Outgoing, Place, RecipientState
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish


@transaction.atomic
def settle_reported(message_ids: list[str], *, kind: str, recipient: str, words: str = "") -> Settled | None:
    """Mark the recipient that a report names; empty: the only one. kind: delivered, bounced or complained (which
    proves a delivery).

    None when it is about no message of ours. The same report again has no further effect.
    """
    keys = [message_key(one) for one in message_ids]
    found = Outgoing.objects.select_for_update(of=("self",)).filter(message__message_key__in=keys)
    outgoing = found.order_by("-id").first() if keys else None
    if outgoing is None:
        return None
    place = Place.objects.get(message_id=outgoing.message_id, until__isnull=True)
    changed = _mark(outgoing, kind, recipient, words)
    if changed:
        # One report proves that the provider took the message over, for everybody.
        outgoing.recipients.filter(state=RecipientState.UNKNOWN).update(state=RecipientState.ACCEPTED)
        show_in_message(outgoing)
        reason = "complained" if kind == "complained" else None
        event = MessageBounced if kind == "bounced" else MessageDelivered
        publish(
            event(message_id=outgoing.message_id, conversation_id=place.conversation_id, reason=reason), actor=SYSTEM
        )
    return Settled(outgoing.message_id, place.conversation_id)


def _mark(outgoing: Outgoing, kind: str, address: str, words: str) -> bool:
    people = list(outgoing.recipients.all())
    found = [one for one in people if one.address.lower() == address.lower()] if address else people
    if len(found) != 1 or found[0].state == RecipientState.BOUNCED:
        return False
    [named] = found
    action, state = ("failed", RecipientState.BOUNCED) if kind == "bounced" else ("delivered", RecipientState.DELIVERED)
    answer = (_("The recipient marked it as spam.") if kind == "complained" else words)[:2000].replace("\0", "")
    # A delivery says nothing new of what is delivered.
    if named.state == state and (kind == "delivered" or named.answer == answer):
        return False
    mark(named, delivery_in_words(answer, action=action, recipient=named.address))
    return True
