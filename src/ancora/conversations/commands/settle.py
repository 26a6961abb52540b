"""What later evidence says of an outgoing message."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from ancora.conversations import tokens
from ancora.conversations.channels.email.parsing import ParsedMail
from ancora.conversations.events import MessageAccepted, MessageBounced, MessageDelivered
from ancora.conversations.identity import message_key
from ancora.conversations.models import Outgoing, OutgoingState, Place, Recipient
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish


@dataclass(frozen=True, slots=True)
class Settled:
    message_id: int
    conversation_id: int


@transaction.atomic
def settle_bounce(parsed: ParsedMail) -> Settled | None:
    """Mark the recipients that a delivery report names; None when it is about no message of ours."""
    outgoing = _reported(parsed)
    if outgoing is None:
        return None
    place = Place.objects.get(message_id=outgoing.message_id, until__isnull=True)
    report = parsed.dsn
    if report and report.action in ("delayed", "relayed", "expanded"):
        return Settled(outgoing.message_id, place.conversation_id)
    delivered = bool(report and report.action == "delivered")
    state = OutgoingState.DELIVERED if delivered else OutgoingState.BOUNCED
    recipients = Recipient.objects.filter(outgoing=outgoing)
    if report and report.recipient:
        recipients = recipients.filter(address__iexact=report.recipient) or recipients
    answer = f"{report.status or ''} {report.recipient or ''}".strip() if report else parsed.subject
    for recipient in recipients:
        recipient.state, recipient.answer = state, answer[:2000]
        recipient.save(update_fields=["state", "answer"])
    # A bounce is seen even when another recipient was reached; a delivery never hides an earlier bounce.
    if state == OutgoingState.BOUNCED or outgoing.state != OutgoingState.BOUNCED:
        Outgoing.objects.filter(pk=outgoing.pk).update(state=state, settled_at=clock.now())
    event = MessageDelivered if delivered else MessageBounced
    publish(event(message_id=outgoing.message_id, conversation_id=place.conversation_id), actor=SYSTEM)
    return Settled(outgoing.message_id, place.conversation_id)


def settle_unknown_by_answer(message_ids: list[str]) -> None:
    """An answer to a message of unknown fate proves that it arrived."""
    keys = [message_key(one) for one in message_ids]
    unknown = Outgoing.objects.filter(state=OutgoingState.UNKNOWN, message__message_key__in=keys)
    for outgoing in unknown:
        place = Place.objects.get(message_id=outgoing.message_id, until__isnull=True)
        Outgoing.objects.filter(pk=outgoing.pk).update(state=OutgoingState.DELIVERED, settled_at=clock.now())
        outgoing.recipients.filter(state=OutgoingState.UNKNOWN).update(state=OutgoingState.DELIVERED)
        event = MessageDelivered(message_id=outgoing.message_id, conversation_id=place.conversation_id)
        publish(event, actor=SYSTEM)


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
