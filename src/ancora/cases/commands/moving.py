"""Corrects the threading: a message goes to the case it belongs to."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.locking import locked_together
from ancora.cases.commands.open import Opening, open_cases
from ancora.cases.commands.repeating import repeat_messages
from ancora.cases.commands.status import move_to_trash, restore_case
from ancora.cases.events import CaseMessageMoved
from ancora.cases.models import Case, Status
from ancora.cases.queries.cases import case_of_conversation, case_opened_by, case_with, conversation_ids_of
from ancora.cases.queries.moving import customer_of_new_case, has_messages, has_notes
from ancora.conversations.commands.move import move_message, move_to_new_conversation
from ancora.conversations.invented import is_invented
from ancora.conversations.models import Conversation, Message
from ancora.conversations.places import current_place, home_among, place_before
from ancora.conversations.queries import heads_of
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.once import one_at_a_time


class MovedMeanwhile(Refusal):
    """The message is no longer where whoever moves it saw it."""

    def __init__(self, case: Case):
        super().__init__(
            _("Somebody moved this message meanwhile: it is in %(case)s now. Nothing was changed.") % {"case": case}
        )


@transaction.atomic
def move_message_to_case(message: Message, case: Case, *, author: User, seen: int | None = None) -> Case:
    """Move a message to a case; where it was in it before, it goes back to that place. Nothing when it is there
    already. `seen`: the place at which `author` saw it; `MovedMeanwhile` when it is at another. Refused between an
    example and a real case, unless it goes back.

    The case it leaves goes to the trash when nothing stays in it, neither message nor note; a case in the trash comes
    back with the message. Otherwise both stay in the status they have.
    """
    source = case_with(message)
    locked_together(source, case)
    place = current_place(message)
    if place.conversation_id in conversation_ids_of(case):
        return case
    if place.conversation_id not in conversation_ids_of(source) or seen not in (None, place.pk):
        raise MovedMeanwhile(case_with(message))
    home = home_among(message, conversation_ids_of(case))
    if home is None and _is_example(message, source) != case.is_example:
        raise Refusal(_mixed_words(case))
    move_message(message, to=home or _first_conversation_of(case), actor=Actor.human(author))
    _tell(message, source, case, author)
    return case


@transaction.atomic
def move_message_to_new_case(
    message: Message, *, author: User, seen: int | None = None, form_key: UUID | None = None
) -> Case:
    """Begin a case with a message, as if its mail had done so: of whoever wrote it, without owner, and an example when
    the message was invented. The same `form_key` gives the case of the first time; `seen` and the case it leaves as
    for `move_message_to_case`."""
    one_at_a_time(form_key)
    if form_key and (known := case_opened_by(form_key)):
        return known
    source = case_with(message)
    locked_together(source)
    place = current_place(message)
    if place.conversation_id not in conversation_ids_of(source) or seen not in (None, place.pk):
        raise MovedMeanwhile(case_with(message))
    actor, is_example = Actor.human(author), _is_example(message, source)
    customer = customer_of_new_case(message, source)
    conversation = move_to_new_conversation(message.pk, actor=actor, customer_id=customer.pk, is_example=is_example)
    [head] = heads_of([(message.pk, conversation.pk)])
    opening = Opening(
        head,
        conversation.pk,
        conversation.mailbox_id,
        actor,
        clock.now(),
        language=message.language,
        form_key=form_key,
        is_example=is_example,
    )
    [case_id] = open_cases([opening])
    case = Case.objects.get(pk=case_id)
    _tell(message, source, case, author)
    return case


@transaction.atomic
def move_message_back(message: Message, *, author: User, seen: int) -> Case:
    """Undo the move that brought a message to the place `seen`. Nothing when that was done already;
    `MovedMeanwhile` when it has gone further."""
    before = place_before(message, seen)
    case = case_of_conversation(before.conversation_id) if before else None
    if case is None:
        raise Refusal(_("This message was nowhere else before."))
    return move_message_to_case(message, case, author=author, seen=seen)


def _is_example(message: Message, source: Case) -> bool:
    """A real mail may have come into an example; what was invented is real by now in a case that became so."""
    return source.is_example and is_invented(message)


def _mixed_words(case: Case) -> str:
    if case.is_example:
        return _("%(case)s is an example, and this mail is real. Move it to a real case.") % {"case": case}
    return _("This message is an example, and %(case)s is real. Move it to another example.") % {"case": case}


def _first_conversation_of(case: Case) -> Conversation:
    """The one whose number the case shows."""
    return Conversation.objects.get(pk=conversation_ids_of(case)[0])


def _tell(message: Message, source: Case, case: Case, author: User) -> None:
    actor = Actor.human(author)
    for one in (source, case):
        repeat_messages(one)
    publish(CaseMessageMoved(case_id=case.pk, from_case_id=source.pk, message_id=message.pk), actor=actor)
    if case.status == Status.TRASH:
        restore_case(case, actor=actor)
    if not source.is_removed and not has_messages(source) and not has_notes(source):
        move_to_trash(source, actor=actor)
