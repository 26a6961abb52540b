"""A person sends once more what was not sent, or perhaps not."""

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.conversations.events import MessageRetried
from ancora.conversations.jobs import send_outgoing
from ancora.conversations.models import Outgoing, OutgoingState, Place, RecipientState
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.jobs import later

UNREACHED = [RecipientState.FAILED, RecipientState.UNKNOWN, RecipientState.BOUNCED]


@transaction.atomic
def send_again(outgoing: Outgoing, *, actor: Actor) -> None:
    """Queue the same mail anew for those it did not reach, or perhaps not; whoever has it gets nothing twice.

    `Refusal` while it is still on its way, or when everybody was reached. The same Message-ID goes out, so that a
    recipient who has it after all is shown one mail by most programs.
    """
    outgoing = Outgoing.objects.select_for_update().get(pk=outgoing.pk)
    if outgoing.state in (OutgoingState.QUEUED, OutgoingState.SENDING):
        raise Refusal(_("This message is still on its way."))
    if not outgoing.recipients.filter(state__in=UNREACHED).update(state=RecipientState.QUEUED, answer=""):
        raise Refusal(_("This message reached everybody it was sent to."))
    outgoing.state, outgoing.error, outgoing.data_begun_at = OutgoingState.QUEUED, "", None
    outgoing.next_at = outgoing.settled_at = clock.now()
    outgoing.save(update_fields=["state", "error", "data_begun_at", "next_at", "settled_at"])
    place = Place.objects.get(message_id=outgoing.message_id, until__isnull=True)
    later(send_outgoing, outgoing_id=outgoing.pk)
    event = MessageRetried(message_id=outgoing.message_id, conversation_id=place.conversation_id)
    publish(event, actor=actor)
