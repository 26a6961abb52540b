"""What later evidence says of an outgoing message."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from ancora.conversations import tokens
from ancora.conversations.channels.email.parsing import ParsedMail
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
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish

_UNSURE = [RecipientState.UNKNOWN, RecipientState.SENDING]
_REACHED = [RecipientState.ACCEPTED, RecipientState.DELIVERED, RecipientState.BOUNCED]


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
    # Those who are still to get it are not meant.
    recipients = outgoing.recipients.exclude(state=RecipientState.QUEUED)
    if report and report.recipient:
        named = recipients.filter(address__iexact=report.recipient)
        # A name we do not know is that of one who gets our mail forwarded: of whom, only the mail's path could say.
        recipients = named or recipients.filter(state__in=[*_UNSURE, *_REACHED])
    answer = f"{report.status or ''} {report.recipient or ''}".strip() if report else parsed.subject
    was_sure = outgoing.recipients.filter(state__in=_REACHED).exists()
    for recipient in recipients:
        # A delivery never hides an earlier bounce.
        if not (delivered and recipient.state == RecipientState.BOUNCED):
            recipient.state, recipient.answer = state, answer[:2000]
            recipient.save(update_fields=["state", "answer"])
    if not was_sure:
        # It was one transaction: what is reported for one was taken for all.
        _unsure(outgoing).update(state=RecipientState.ACCEPTED)
    show_in_message(outgoing)
    event = MessageDelivered if delivered else MessageBounced
    publish(event(message_id=outgoing.message_id, conversation_id=place.conversation_id), actor=SYSTEM)
    return Settled(outgoing.message_id, place.conversation_id)


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
    if not unsure.update(state=state):
        return
    show_in_message(outgoing)
    place = Place.objects.get(message_id=outgoing.message_id, until__isnull=True)
    publish(event(message_id=outgoing.message_id, conversation_id=place.conversation_id), actor=SYSTEM)


def _unsure(outgoing: Outgoing):
    return outgoing.recipients.filter(state__in=_UNSURE if outgoing.data_begun_at else _UNSURE[:1])


def show_in_message(outgoing: Outgoing) -> None:
    """The message has the state of its recipients; one that is still to be sent to others goes on being sent."""
    outgoing.state = message_state(set(outgoing.recipients.values_list("state", flat=True)))
    if outgoing.state not in (OutgoingState.QUEUED, OutgoingState.SENDING):
        outgoing.settled_at = clock.now()
    outgoing.save(update_fields=["state", "settled_at"])


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
