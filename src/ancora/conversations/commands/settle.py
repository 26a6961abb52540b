"""What later evidence says of an outgoing message."""

from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Q

from ancora.conversations import tokens
from ancora.conversations.channels.email.parsing import Delivery, ParsedMail
from ancora.conversations.commands.sending_queue import call_those_behind, conversation_of
from ancora.conversations.events import MessageAccepted, MessageBounced, MessageDelivered, OutgoingEvent
from ancora.conversations.identity import message_key
from ancora.conversations.models import (
    Outgoing,
    OutgoingState,
    Place,
    Recipient,
    RecipientState,
    message_state,
)
from ancora.customers.commands import note_bounce, note_reached
from ancora.customers.models import Bounce, HandleKind
from ancora.platform import clock
from ancora.platform.addresses import compared_address
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish

_UNSURE = [RecipientState.UNKNOWN, RecipientState.SENDING]
_ON_THEIR_WAY = (OutgoingState.QUEUED, OutgoingState.SENDING)
_NO_END = ("delayed", "relayed", "expanded")
_REACHED = [RecipientState.ACCEPTED, RecipientState.DELIVERED, RecipientState.BOUNCED]


@dataclass(frozen=True, slots=True)
class Settled:
    message_id: int
    conversation_id: int


@transaction.atomic
def settle_bounce(parsed: ParsedMail) -> Settled | None:
    """Mark the recipients that a delivery report names, and the handles of those it could not reach; None when it is
    about no message of ours."""
    outgoing = _reported(parsed)
    if outgoing is None:
        return None
    place = Place.objects.get(message_id=outgoing.message_id, until__isnull=True)
    settled = Settled(outgoing.message_id, place.conversation_id)
    told = [one for one in _told(parsed) if one.action not in _NO_END]
    if not told:
        return settled
    was_sure = outgoing.recipients.filter(state__in=_REACHED).exists()
    for recipient, delivery in _meant(outgoing, told):
        mark(recipient, delivery)
    if not was_sure:
        # It was one transaction: what is reported for one was taken for all.
        _unsure(outgoing).update(state=RecipientState.ACCEPTED)
    show_in_message(outgoing)
    event = MessageDelivered if all(one.action == "delivered" for one in told) else MessageBounced
    publish(event(message_id=outgoing.message_id, conversation_id=place.conversation_id), actor=SYSTEM)
    return settled


def mark(recipient: Recipient, delivery: Delivery) -> None:
    """Write down what is told of a recipient, and at the handle. A delivery never hides an earlier bounce."""
    if delivery.action == "delivered":
        if recipient.state != RecipientState.BOUNCED:
            recipient.state, recipient.answer = RecipientState.DELIVERED, delivery.reason[:2000]
            recipient.save(update_fields=["state", "answer"])
            note_reached(HandleKind.EMAIL, [recipient.address])
        return
    bounce = Bounce(delivery.kind) if delivery.kind else None
    recipient.state, recipient.answer, recipient.bounce = RecipientState.BOUNCED, delivery.reason[:2000], bounce or ""
    recipient.save(update_fields=["state", "answer", "bounce"])
    note_bounce(HandleKind.EMAIL, recipient.address, bounce=bounce, reason=delivery.reason)


def _told(parsed: ParsedMail) -> list[Delivery]:
    """What the report says of each recipient, with words for each; a report without any is about all of them."""
    deliveries = parsed.dsn_recipients or [Delivery(None, None, None, "", None)]
    return [replace(one, reason=one.reason or _words(one) or parsed.subject) for one in deliveries]


def _words(delivery: Delivery) -> str:
    return f"{delivery.status or ''} {delivery.recipient or ''}".strip()


def _meant(outgoing: Outgoing, told: list[Delivery]) -> list[tuple[Recipient, Delivery]]:
    """Those who are still to get it are not meant. A name we do not know is that of one who gets our mail forwarded:
    of whom, only the mail's path could say."""
    people = {compared_address(one.address): one for one in outgoing.recipients.exclude(state=RecipientState.QUEUED)}
    named = [(people.get(compared_address(one.recipient or "")), one) for one in told]
    if known := [(recipient, one) for recipient, one in named if recipient is not None]:
        return known
    worst = next((one for one in told if one.action != "delivered"), told[0])
    is_named = worst.recipient is not None
    return [(one, worst) for one in people.values() if not is_named or one.state in (*_UNSURE, *_REACHED)]


def settle_unknown_by_answer(message_ids: list[str], *, by: str = "") -> None:
    """An answer to a message of unknown fate of the address `by`, proves that it arrived there, and that
    the server took it."""
    keys = [message_key(one) for one in message_ids]
    asked = Outgoing.objects.filter(message__message_key__in=keys, recipients__state__in=_UNSURE)
    for pk in asked.values_list("pk", flat=True).distinct():
        _settle_unknown(pk, by, RecipientState.DELIVERED, MessageDelivered)


def settle_unknown_by_copy(message_id: int) -> None:
    """Our own mail seen in a mailbox of ours, as a copy or among the sent ones, proves that the server took it."""
    asked = Outgoing.objects.filter(message_id=message_id, recipients__state__in=_UNSURE)
    for pk in asked.values_list("pk", flat=True).distinct():
        _settle_unknown(pk, "", RecipientState.ACCEPTED, MessageAccepted)


@transaction.atomic
def _settle_unknown(outgoing_id: int, by: str, state: RecipientState, event: type[OutgoingEvent]) -> None:
    """Also while the text is being handed over: the worker may be dead and nobody know it yet. With a recipient who
    was reached before, the evidence may be of that time, and proves something only for who answers."""
    outgoing = Outgoing.objects.select_for_update().get(pk=outgoing_id)
    unsure = _unsure(outgoing)
    if by and outgoing.recipients.filter(state__in=_REACHED).exists():
        unsure = unsure.filter(address__iexact=by)
    elif outgoing.recipients.filter(state__in=_REACHED).exists():
        return
    addresses = list(unsure.values_list("address", flat=True))
    if not unsure.update(state=state):
        return
    if state == RecipientState.DELIVERED:
        note_reached(HandleKind.EMAIL, addresses)
    show_in_message(outgoing)
    place = Place.objects.get(message_id=outgoing.message_id, until__isnull=True)
    publish(event(message_id=outgoing.message_id, conversation_id=place.conversation_id), actor=SYSTEM)


def _unsure(outgoing: Outgoing):
    return outgoing.recipients.filter(state__in=_UNSURE if outgoing.data_begun_at else _UNSURE[:1])


def show_in_message(outgoing: Outgoing) -> None:
    """The message has the state of its recipients; one that is still to be sent to others goes on being sent. With the
    last evidence the way is free for those behind it."""
    was_on_its_way = outgoing.state in _ON_THEIR_WAY
    outgoing.state = message_state(set(outgoing.recipients.values_list("state", flat=True)))
    is_settled = outgoing.state not in _ON_THEIR_WAY
    if is_settled:
        outgoing.settled_at = clock.now()
    outgoing.save(update_fields=["state", "settled_at"])
    if was_on_its_way and is_settled:
        call_those_behind(outgoing, conversation_of(outgoing))


def _reported(parsed: ParsedMail) -> Outgoing | None:
    """The outgoing message a report is about: by the returned Message-ID, else by what the report answers."""
    named = [parsed.dsn.message_id] if parsed.dsn and parsed.dsn.message_id else []
    named += [parsed.in_reply_to] if parsed.in_reply_to else []
    named += parsed.references
    if not named:
        return None
    wanted = Q(message__message_key__in=[message_key(one) for one in named])
    found = Outgoing.objects.select_for_update(of=("self",)).filter(wanted).order_by("-id").first()
    if found is None and not any(tokens.reference_in_message_id(one) for one in named):
        return None
    return found


@transaction.atomic
def settle_as_sent(message_id: int) -> None:
    """A message of the past that left by other means: nothing is sent for it, its job finds nothing to do."""
    outgoing = Outgoing.objects.select_for_update(of=("self",)).get(message_id=message_id)
    now = clock.now()
    Outgoing.objects.filter(pk=outgoing.pk).update(state=OutgoingState.ACCEPTED, attempts=1, settled_at=now)
    Recipient.objects.filter(outgoing=outgoing).update(state=OutgoingState.ACCEPTED)
    place = Place.objects.get(message_id=message_id, until__isnull=True)
    publish(MessageAccepted(message_id=message_id, conversation_id=place.conversation_id), actor=SYSTEM)
