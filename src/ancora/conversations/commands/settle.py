"""What later evidence says of an outgoing message."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from ancora.conversations import tokens
from ancora.conversations.channels.email.parsing import ParsedMail
from ancora.conversations.commands.sending_outcome import state_of
from ancora.conversations.events import MessageAccepted, MessageBounced, MessageDelivered
from ancora.conversations.identity import message_key
from ancora.conversations.models import Outgoing, OutgoingState, Place, Recipient, RecipientState
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish

_OPEN = (RecipientState.QUEUED, RecipientState.UNKNOWN)


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
    state = RecipientState.DELIVERED if delivered else RecipientState.BOUNCED
    recipients = Recipient.objects.filter(outgoing=outgoing)
    if outgoing.state == OutgoingState.QUEUED:
        # Those who are still to get it are not meant.
        recipients = recipients.exclude(state=RecipientState.QUEUED)
    if report and report.recipient:
        recipients = recipients.filter(address__iexact=report.recipient) or recipients
    answer = f"{report.status or ''} {report.recipient or ''}".strip() if report else parsed.subject
    was_unknown = any(recipient.state == RecipientState.UNKNOWN for recipient in recipients)
    for recipient in recipients:
        # A delivery never hides an earlier bounce.
        if not (delivered and recipient.state == RecipientState.BOUNCED):
            recipient.state, recipient.answer = state, answer[:2000]
            recipient.save(update_fields=["state", "answer"])
    if was_unknown:
        # It was one transaction: what is reported for one was taken for all.
        outgoing.recipients.filter(state=RecipientState.UNKNOWN).update(state=RecipientState.ACCEPTED)
    sum_up(outgoing)
    event = MessageDelivered if delivered else MessageBounced
    publish(event(message_id=outgoing.message_id, conversation_id=place.conversation_id), actor=SYSTEM)
    return Settled(outgoing.message_id, place.conversation_id)


def settle_unknown_by_answer(message_ids: list[str], *, by: str) -> None:
    """An answer, of the address `by`, to a message of unknown fate proves that it arrived; also while the worker that
    sent it is still to write down how it ended, or has died over it."""
    keys = [message_key(one) for one in message_ids]
    is_open = Q(state=OutgoingState.UNKNOWN) | Q(state=OutgoingState.SENDING, data_begun_at__isnull=False)
    for outgoing in Outgoing.objects.select_for_update(of=("self",)).filter(is_open, message__message_key__in=keys):
        if not _is_of_this_attempt(outgoing, by):
            continue
        outgoing.recipients.filter(state__in=_OPEN).update(state=RecipientState.DELIVERED)
        sum_up(outgoing)
        place = Place.objects.get(message_id=outgoing.message_id, until__isnull=True)
        event = MessageDelivered(message_id=outgoing.message_id, conversation_id=place.conversation_id)
        publish(event, actor=SYSTEM)


def _is_of_this_attempt(outgoing: Outgoing, by: str) -> bool:
    """Whoever got the message by an earlier attempt proves nothing of the others."""
    states = {address.lower(): state for address, state in outgoing.recipients.values_list("address", "state")}
    is_first = set(states.values()) <= {*_OPEN, RecipientState.FAILED}
    return bool(set(states.values()) & set(_OPEN)) and (is_first or states.get(by.lower()) in _OPEN)


def sum_up(outgoing: Outgoing) -> None:
    """Unless its worker will: while a message is being sent, or waits for a part of its recipients, it goes on."""
    state = state_of(outgoing)
    if outgoing.state not in (OutgoingState.QUEUED, OutgoingState.SENDING):
        Outgoing.objects.filter(pk=outgoing.pk).update(state=state, settled_at=clock.now())


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
