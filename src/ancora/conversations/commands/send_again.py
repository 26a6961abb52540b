"""What a person decides about a message that was not sent, or perhaps not."""

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.conversations.commands.sending_queue import conversation_of
from ancora.conversations.events import MessageDelivered, MessageFailed, MessageRetried
from ancora.conversations.jobs import send_outgoing
from ancora.conversations.models import Outgoing, OutgoingState, Outlet, RecipientState, WaitsFor, message_state
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.jobs import later

UNREACHED = [RecipientState.FAILED, RecipientState.UNKNOWN, RecipientState.BOUNCED]
BY_HAND = "by_hand"


@transaction.atomic
def send_again(outgoing: Outgoing, *, actor: Actor) -> None:
    """Queue the same mail anew for those it did not reach, or perhaps not; whoever has it gets nothing twice. One
    that waits for a server is tried at once.

    `Refusal` while it is on its way, or when everybody was reached. The same Message-ID goes out, so that a
    recipient who has it after all is shown one mail by most programs.
    """
    outgoing = Outgoing.objects.select_for_update().get(pk=outgoing.pk)
    if outgoing.state == OutgoingState.SENDING:
        raise Refusal(_("This message is still on its way."))
    asked = outgoing.recipients.filter(state__in=UNREACHED).update(state=RecipientState.QUEUED, answer="", bounce="")
    if outgoing.state == OutgoingState.QUEUED and not asked and not _waits_for_a_server(outgoing):
        raise Refusal(_("This message is still on its way."))
    if outgoing.state != OutgoingState.QUEUED and not asked:
        raise Refusal(_("This message reached everybody it was sent to."))
    Outlet.objects.filter(mailbox_id=outgoing.mailbox_id).update(retry_at=None)
    outgoing.state, outgoing.error, outgoing.data_begun_at = OutgoingState.QUEUED, "", None
    outgoing.waits_for, outgoing.is_put_aside = "", False
    outgoing.next_at = outgoing.settled_at = clock.now()
    outgoing.save()
    later(send_outgoing, outgoing_id=outgoing.pk)
    event = MessageRetried(message_id=outgoing.message_id, conversation_id=conversation_of(outgoing))
    publish(event, actor=actor)


@transaction.atomic
def confirm_arrival(outgoing: Outgoing, *, who: str, actor: Actor) -> None:
    """A person knows that a message of unknown fate arrived. `who` is the name that stands with it."""
    said = _("%(name)s says that it arrived.") % {"name": who}
    outgoing = _decide(outgoing, RecipientState.DELIVERED, said)
    event = MessageDelivered(message_id=outgoing.message_id, conversation_id=conversation_of(outgoing), reason=BY_HAND)
    publish(event, actor=actor)


@transaction.atomic
def forget_message(outgoing: Outgoing, *, who: str, actor: Actor) -> None:
    """A person knows that a message of unknown fate did not arrive, and does not want it to be sent any more."""
    said = _("%(name)s says that it did not arrive, and let it be.") % {"name": who}
    outgoing = _decide(outgoing, RecipientState.FAILED, said)
    event = MessageFailed(message_id=outgoing.message_id, conversation_id=conversation_of(outgoing), reason=BY_HAND)
    publish(event, actor=actor)


def _decide(outgoing: Outgoing, state: RecipientState, said: str) -> Outgoing:
    outgoing = Outgoing.objects.select_for_update().get(pk=outgoing.pk)
    if not outgoing.recipients.filter(state=RecipientState.UNKNOWN).update(state=state, answer=said):
        raise Refusal(_("What became of this message is known by now. Look at it again."))
    outgoing.state = message_state(set(outgoing.recipients.values_list("state", flat=True)))
    if outgoing.state != OutgoingState.QUEUED:
        outgoing.settled_at, outgoing.error, outgoing.is_put_aside = clock.now(), "", True
    outgoing.save()
    return outgoing


def _waits_for_a_server(outgoing: Outgoing) -> bool:
    return outgoing.waits_for in (WaitsFor.SERVER, WaitsFor.RECIPIENT)
