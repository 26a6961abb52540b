"""Whom a reply answers: by default the customer, or the author of a message somebody chose."""

from dataclasses import dataclass

from ancora.cases.models import Case, CaseConversation
from ancora.cases.queries.cases import conversation_ids_of
from ancora.conversations.identities import NOWHERE
from ancora.conversations.models import Conversation, Direction, Mailbox, Message, Place, Purpose, Recipient
from ancora.conversations.queries import own_addresses
from ancora.conversations.tokens import without_token
from ancora.platform.addresses import compared_address

# Written by a machine: nobody wrote while we were writing.
_BY_MACHINES = ("bounce", "auto_reply", "loop")
type Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reply would answer: a message (None when there is none), from which mailbox, to whom. Addresses are
    (name, address)."""

    conversation: Conversation
    message: Message | None
    mailbox: Mailbox | None
    to: Pairs
    cc: Pairs
    subject: str


def answerable(viewer, case: Case) -> Answer | None:
    """How the customer of this case is answered by mail: their last message, to everybody it went to. Answers of
    those to whom we only forwarded something are left out. None when no address is known."""
    places = _places(case).filter(message__direction=Direction.IN).exclude(message__auto="bounce")
    if third := _forwarded_to(case):
        places = places.exclude(message__handle__value__in=third)
    last = places.select_related("message", "conversation__mailbox").order_by("-message__recorded_at", "-message_id")
    if place := last.first():
        return _answer(place, place.message, to_everybody=True)
    link = CaseConversation.objects.select_related("conversation__mailbox").filter(case=case, until=None).first()
    handle = case.customer.handles.filter(kind="email").order_by("id").first()
    if link is None or handle is None:
        return None
    to = [(case.customer.name, handle.display)]
    return Answer(link.conversation, None, link.conversation.mailbox, to, [], link.conversation.subject)


def answer_to(viewer, case: Case, message: Message, *, to_everybody: bool) -> Answer | None:
    """How one message of the case is answered: to its author, or to everybody it went to. One of our own is followed
    up to those it was sent to. None when it is not in the case."""
    place = _places(case).filter(message=message).select_related("conversation__mailbox").first()
    return _answer(place, message, to_everybody=to_everybody) if place else None


def newest_seen(case: Case) -> int:
    """The id of the last message that came in, 0 without one: what whoever draws the case has seen."""
    return _received(case).order_by("-message_id").values_list("message_id", flat=True).first() or 0


def written_since(case: Case, seen: int) -> list[Message]:
    """Messages of people that came in after the one with id `seen`."""
    newer = _received(case).filter(message_id__gt=seen).exclude(message__auto__in=_BY_MACHINES)
    return [place.message for place in newer.select_related("message").order_by("message_id")[:20]]


def _answer(place: Place, message: Message, *, to_everybody: bool) -> Answer:
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
    conversation = place.conversation
    return Answer(conversation, message, conversation.mailbox, to, cc, message.subject)


def _places(case: Case):
    return Place.objects.filter(conversation__in=conversation_ids_of(case), until__isnull=True)


def _received(case: Case):
    return _places(case).filter(message__direction=Direction.IN)


def _forwarded_to(case: Case) -> list[str]:
    """Addresses that know of the case only because we forwarded something: never the customer's."""
    sent = Recipient.objects.filter(
        outgoing__purpose=Purpose.FORWARD, outgoing__message_id__in=_places(case).values("message_id")
    )
    addresses = {address.lower() for address in sent.values_list("address", flat=True)}
    return sorted(addresses - {handle.value for handle in case.customer.handles.all()}) if addresses else []


def _others(pairs, own: set[str] | frozenset[str]) -> Pairs:
    return [tuple(pair) for pair in pairs if pair[1] and without_token(compared_address(pair[1])) not in own]
