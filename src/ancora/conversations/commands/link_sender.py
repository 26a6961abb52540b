"""What a person knows better than the evidence: whose a mail without proof, or a whole conversation, really is."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ancora.conversations.events import SenderLinked, SenderUnlinked
from ancora.conversations.models import Conversation, Message, Place, SenderLink
from ancora.customers.commands import observe_handle
from ancora.customers.models import HandleKind
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


@transaction.atomic
def link_sender(message: Message, *, author: User) -> SenderLink:
    """The conversation of a message that failed belongs to the customer of its address from now on (to a new one when
    nobody has it); the handle is not verified by this. `unlink_sender` takes it back."""
    if message.trust != "failed" or not message.from_address:
        raise Refusal(_("The sender of this message is linked already."))
    conversation = _held(message)
    handle = observe_handle(HandleKind.EMAIL, message.from_address, name=message.from_name)
    known = SenderLink.objects.filter(conversation=conversation, until__isnull=True).first()
    if known is not None:
        return known
    if handle.customer_id == conversation.customer_id:
        raise Refusal(_("The sender of this message is linked already."))
    link = SenderLink.objects.create(
        message=message,
        conversation=conversation,
        customer_id=handle.customer_id,
        before_id=conversation.customer_id,
        since=clock.now(),
        author=author,
    )
    _give(conversation, link.customer_id)
    publish(SenderLinked(**_ids(link)), actor=Actor.human(author))
    return link


@transaction.atomic
def unlink_sender(message: Message, *, author: User) -> SenderLink | None:
    """It was somebody else: the conversation belongs to whom it belonged before; None when nothing is linked."""
    conversation = _held(message)
    link = SenderLink.objects.filter(message=message, conversation=conversation, until__isnull=True).first()
    if link is None:
        return None
    link.until = clock.now()
    link.save(update_fields=["until"])
    _give(conversation, link.before_id)
    ids = _ids(link) | {"customer_id": link.before_id, "before_id": link.customer_id}
    publish(SenderUnlinked(**ids), actor=Actor.human(author))
    return link


@transaction.atomic
def give_conversations(conversation_ids: list[int], *, customer_id: int) -> None:
    """These conversations belong to a customer from now on, whoever writes in them. What was said of single senders
    before is over: taking it back would give a conversation to somebody else again."""
    for conversation in _locked().filter(pk__in=conversation_ids).order_by("pk"):
        _give(conversation, customer_id)
    SenderLink.objects.filter(conversation__in=conversation_ids, until__isnull=True).update(until=clock.now())


def _held(message: Message) -> Conversation:
    """The conversation of the message, held until the transaction ends."""
    place = Place.objects.get(message=message, until__isnull=True)
    return _locked().get(pk=place.conversation_id)


def _locked() -> QuerySet[Conversation]:
    """Held until the transaction ends. Not against mail that is just being filed in them: it waits for the case, which
    is held too, and we would wait for it."""
    return Conversation.objects.select_for_update(of=("self",), no_key=True)


def _give(conversation: Conversation, customer_id: int) -> None:
    conversation.customer_id = customer_id
    conversation.save(update_fields=["customer"])


def _ids(link: SenderLink) -> dict[str, int]:
    return {name: getattr(link, name) for name in ("message_id", "conversation_id", "customer_id", "before_id")}
