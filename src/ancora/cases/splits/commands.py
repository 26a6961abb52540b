"""Making a case of their own of several messages, and taking that back."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.arrange import assign_case
from ancora.cases.commands.locking import forget_held, locked, locked_together
from ancora.cases.commands.open import Opening, open_cases
from ancora.cases.commands.repeating import repeat_messages
from ancora.cases.commands.status import move_to_trash
from ancora.cases.models import Case, CaseSplit, Note, Notification
from ancora.cases.queries.cases import conversation_ids_of
from ancora.cases.queries.moving import customer_of_new_case
from ancora.cases.splits.events import CaseSplitOff, CaseSplitUndone
from ancora.cases.splits.queries import first_of, notes_of, what_prevents
from ancora.conversations.commands.move import move_message, move_to_new_conversation
from ancora.conversations.invented import is_invented
from ancora.conversations.models import Message, Place
from ancora.conversations.places import homes_among
from ancora.conversations.queries import heads_of
from ancora.parties.models import Team
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.once import one_at_a_time


class SplitMeanwhile(Refusal):
    """What was chosen is no longer all in the case."""

    def __init__(self, case: Case):
        words = _(
            "Somebody moved a part of what you chose out of %(case)s meanwhile. Nothing was changed: choose again."
        )
        super().__init__(words % {"case": case})


@transaction.atomic
def split_case(
    case: Case,
    *,
    message_ids: Collection[int],
    note_ids: Collection[int] = (),
    subject: str,
    owner: User | None,
    team: Team | None,
    author: User,
    form_key: UUID,
) -> CaseSplit:
    """These messages and notes are a new case from now on, of whoever wrote the first of them; the same form once.
    Refused when no message stays, when one has not left, and for a case in spam or trash; `SplitMeanwhile` when one is
    no longer there."""
    one_at_a_time(form_key)
    if known := CaseSplit.objects.select_related("case", "into").filter(form_key=form_key).first():
        if known.author_id != author.pk:
            raise Refusal(_("This form was sent before. Open it again."))
        return known
    if not author.is_agent:
        raise Refusal(_("Observers read, and write notes; they change nothing else."))
    case = locked(case)
    if case.is_removed:
        raise Refusal(_("The case is in spam or trash. Take it back first."))
    messages, notes = _chosen(case, set(message_ids), set(note_ids))
    into, places = _open(case, messages, subject.strip(), team, author)
    Note.objects.filter(pk__in=[note.pk for note in notes]).update(case=into)
    _lead(notes, into)
    split = CaseSplit.objects.create(
        case=case,
        into=into,
        since=clock.now(),
        author=author,
        form_key=form_key,
        places=places,
        notes={str(note.pk): note.case_id for note in notes},
    )
    _tell(CaseSplitOff, split, author)
    if owner is not None:
        assign_case(into, owner=owner, actor=Actor.human(author))
    return split


@transaction.atomic
def undo_split(split: CaseSplit, *, author: User) -> None:
    """Messages and notes are where they were, and the case that was split off goes to the trash. Nothing when that was
    done already; refused as `what_prevents` says."""
    one_at_a_time(split.form_key)
    split.refresh_from_db()
    if split.until is not None:
        return
    locked_together(split.case, split.into)
    if why := what_prevents(split):
        raise Refusal(why)
    actor, places = Actor.human(author), Place.objects.filter(pk__in=split.places)
    homes = homes_among(places.values("message_id"), conversation_ids_of(split.case))
    for place in places.select_related("message").order_by("message"):
        move_message(place.message, to=homes[place.message_id], actor=actor)
    for note in Note.objects.filter(pk__in=[int(pk) for pk in split.notes]):
        Note.objects.filter(pk=note.pk).update(case=split.notes[str(note.pk)])
        _lead([note], split.case)
    split.until, split.undone_by = clock.now(), author
    split.save(update_fields=["until", "undone_by"])
    _tell(CaseSplitUndone, split, author)
    if not split.into.is_removed:
        move_to_trash(split.into, actor=actor)


def _chosen(case: Case, message_ids: set[int], note_ids: set[int]) -> tuple[list[Message], list[Note]]:
    here = Place.objects.filter(conversation__in=conversation_ids_of(case), until__isnull=True)
    messages = list(Message.objects.filter(pk__in=message_ids & _ids(here)).order_by("recorded_at", "pk"))
    notes = list(notes_of(case).filter(pk__in=note_ids))
    if len(messages) < len(message_ids) or len(notes) < len(note_ids):
        raise SplitMeanwhile(case)
    if not messages:
        raise Refusal(_("Choose at least one message."))
    if not here.exclude(message__in=message_ids).exists():
        raise Refusal(
            _("All messages would leave %(case)s, and nothing would be split. Leave at least one.") % {"case": case}
        )
    return messages, notes


def _ids(places) -> set[int]:
    return set(places.values_list("message_id", flat=True))


def _open(case: Case, messages: list[Message], subject: str, team: Team | None, author: User) -> tuple[Case, list[int]]:
    """The new case, and the places of the messages in it."""
    first, actor = first_of(messages), Actor.human(author)
    customer = customer_of_new_case(first, case)
    kinds = {case.is_example and is_invented(one) for one in messages}
    if len(kinds) > 1:
        raise Refusal(_("Some of these messages are examples, others are real. Split them off one after the other."))
    [is_example] = kinds
    conversation = move_to_new_conversation(
        first.pk, actor=actor, customer_id=customer.pk, subject=subject, is_example=is_example
    )
    for message in messages:
        move_message(message, to=conversation, actor=actor)
    [head] = heads_of([(first.pk, conversation.pk)])
    opening = Opening(
        replace(head, team_id=team.pk if team else None),
        conversation.pk,
        conversation.mailbox_id,
        actor,
        clock.now(),
        language=first.language,
        is_example=is_example,
    )
    [case_id] = open_cases([opening])
    places = Place.objects.filter(conversation=conversation, until__isnull=True)
    return Case.objects.get(pk=case_id), list(places.values_list("pk", flat=True))


def _lead(notes: list[Note], case: Case) -> None:
    """Who was told of them is led to where they are."""
    Notification.objects.filter(note__in=[note.pk for note in notes]).update(case=case)


def _tell(event: type, split: CaseSplit, author: User) -> None:
    for one in (split.case, split.into):
        forget_held(one)
        repeat_messages(one)
    told = {"case_id": split.into_id, "from_case_id": split.case_id, "split_id": split.pk}
    publish(event(**told, messages=len(split.places)), actor=Actor.human(author))
