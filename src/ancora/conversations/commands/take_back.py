"""A message that waits for the moment its author chose can be taken back until then."""

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.conversations.commands.sending_queue import call_those_behind, conversation_of
from ancora.conversations.events import MessageTakenBack
from ancora.conversations.matters import Matter, matter_of
from ancora.conversations.models import Direction, Message, Outgoing, OutgoingState, Place, SearchEntry
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.publishing import publish

# Reports and automatic answers: nobody answered.
BY_MACHINES = ("bounce", "auto_reply", "loop")
ANSWERED = "answered"


@transaction.atomic
def take_back(message: Message, *, author: User) -> None:
    """Out of its conversation, never to be sent; its row stays, so that the same form posted again sends nothing.
    `Refusal` for who did not write it, and from its moment on.

    The row is locked as by whoever begins to send it: one of the two sees what the other has done.
    """
    if message.author_id != author.pk:
        raise Refusal(_("Only who wrote a message can take it back."))
    mine = Outgoing.objects.filter(message=message)
    # First without a lock: the worker passes over what somebody holds, and would come a minute late.
    for rows in (mine, mine.select_for_update(of=("self",))):
        outgoing = rows.first()
        if outgoing is None or not outgoing.is_held(clock.now()):
            raise Refusal(_("It is too late to take it back: the message is on its way."))
    _leave(outgoing, actor=Actor.human(author))


def call_off(outgoing: Outgoing) -> bool:
    """A locked message whose moment has come is not sent, when somebody answered before and its author wanted that,
    or when it was put off and its case lies in trash or spam by now; False: it is to be sent."""
    if outgoing.attempts or not (outgoing.unless_answered or outgoing.is_put_off):
        return False
    matter = matter_of(conversation_of(outgoing))
    reason = matter.put_away if outgoing.is_put_off else ""
    if not reason and outgoing.unless_answered and _is_answered(outgoing, matter):
        reason = ANSWERED
    if reason:
        _leave(outgoing, actor=SYSTEM, reason=reason)
    return bool(reason)


def _is_answered(outgoing: Outgoing, matter: Matter) -> bool:
    """Whether a person wrote in any conversation of the matter since."""
    here = Place.objects.filter(conversation__in=matter.conversation_ids, until__isnull=True)
    came = here.filter(message__direction=Direction.IN, message__recorded_at__gt=outgoing.message.recorded_at)
    return came.filter(message__spam="").exclude(message__auto__in=BY_MACHINES).exists()


def _leave(outgoing: Outgoing, *, actor: Actor, reason: str | None = None) -> None:
    now = clock.now()
    outgoing.state, outgoing.waits_for, outgoing.settled_at = OutgoingState.TAKEN_BACK, "", now
    outgoing.save(update_fields=["state", "waits_for", "settled_at"])
    outgoing.recipients.update(state=OutgoingState.TAKEN_BACK)
    place = Place.objects.get(message=outgoing.message_id, until__isnull=True)
    place.until = now
    place.save(update_fields=["until"])
    SearchEntry.objects.filter(message=outgoing.message_id).delete()
    call_those_behind(outgoing, place.conversation_id)
    publish(
        MessageTakenBack(message_id=outgoing.message_id, conversation_id=place.conversation_id, reason=reason),
        actor=actor,
    )
