"""Whom a reply answers: by default the customer, or the author of a message somebody chose."""

from dataclasses import dataclass

from ancora.cases.models import Case
from ancora.cases.queries.cases import conversation_ids_of, conversations_of, messages_of
from ancora.conversations.identities import NOWHERE
from ancora.conversations.models import Conversation, Direction, Message, Place, Purpose
from ancora.conversations.queries import own_addresses
from ancora.conversations.tokens import without_token
from ancora.platform.addresses import compared_address

# Written by a machine: nobody wrote while we were writing.
_BY_MACHINES = ("bounce", "auto_reply", "loop")
type Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reply would answer: a message (None when there is none), in which conversation, to whom. Addresses are
    (name, address)."""

    conversation: Conversation
    message: Message | None
    to: Pairs
    cc: Pairs
    subject: str


def answerable(viewer, case: Case) -> Answer | None:
    """How the customer of this case is answered by mail: their last message, to everybody it went to. Answers of
    those to whom we only forwarded something are left out. None when no address is known."""
    messages = messages_of(case)
    third = _forwarded_to(case, messages)
    received = [one for one in messages if one.direction == Direction.IN and one.auto != "bounce"]
    # A line of a chat came from no address.
    received = [one for one in received if one.channel != "chat"]
    if answered := [one for one in received if compared_address(one.from_address) not in third]:
        last = answered[-1]
        conversation = next(one for one in conversations_of(case) if one.pk == last.place_conversation_id)
        return _answer(conversation, last, to_everybody=True)
    handle = case.customer.handles.filter(kind="email").order_by("id").first()
    if handle is None or not (held := conversations_of(case)):
        return None
    return Answer(held[0], None, [(case.customer.name, handle.display)], [], held[0].subject)


def answer_to(viewer, case: Case, message: Message, *, to_everybody: bool) -> Answer | None:
    """How one message of the case is answered: to its author, or to everybody it went to. One of our own is followed
    up to those it was sent to. None when it is not in the case."""
    place = _places(case).filter(message=message).select_related("conversation").first()
    return _answer(place.conversation, message, to_everybody=to_everybody) if place else None


def newest_seen(case: Case) -> int:
    """The id of the last message that came in, 0 without one: what whoever draws the case has seen."""
    return max((one.pk for one in messages_of(case) if one.direction == Direction.IN), default=0)


def written_since(case: Case, seen: int) -> list[Message]:
    """Messages of people that came in after the one with id `seen`."""
    newer = _places(case).filter(message__direction=Direction.IN, message_id__gt=seen)
    newer = newer.exclude(message__auto__in=_BY_MACHINES)
    return [place.message for place in newer.select_related("message").order_by("message_id")[:20]]


def _answer(conversation: Conversation, message: Message, *, to_everybody: bool) -> Answer:
    own = own_addresses() | {NOWHERE}
    if message.direction == Direction.OUT:
        to = [tuple(pair) for pair in message.addresses.get("to", [])]
        others = message.addresses.get("cc", [])
    else:
        # Also our own ones, should a colleague have written by hand from one: then there is nobody else to answer.
        asked = message.addresses.get("reply_to") or [[message.from_name, message.from_address]]
        to = _others(asked, own) or [(message.from_name, message.from_address)]
        others = [*message.addresses.get("to", []), *message.addresses.get("cc", [])]
    cc = _others(others, own | {compared_address(address) for _name, address in to}) if to_everybody else []
    return Answer(conversation, message, to, cc, message.subject)


def _places(case: Case):
    return Place.objects.filter(conversation__in=conversation_ids_of(case), until__isnull=True)


def _forwarded_to(case: Case, messages: list[Message]) -> set[str]:
    """Addresses that know of the case only because we forwarded something: never the customer's."""
    forwarded = [one.outgoing for one in messages if one.direction == Direction.OUT and hasattr(one, "outgoing")]
    addresses = {
        compared_address(recipient.address)
        for outgoing in forwarded
        if outgoing.purpose == Purpose.FORWARD
        for recipient in outgoing.recipients.all()
    }
    return addresses - {handle.value for handle in case.customer.handles.all()} if addresses else addresses


def _others(pairs, own: set[str] | frozenset[str]) -> Pairs:
    return [tuple(pair) for pair in pairs if pair[1] and without_token(compared_address(pair[1])) not in own]
