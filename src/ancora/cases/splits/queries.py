"""What splitting a case would do, said before it is done; and what keeps a split from being undone."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ancora.cases.models import Case, CaseMerge, CaseSplit, Draft, Note, Task
from ancora.cases.queries.cases import conversation_ids_of, messages_of, parts_of, visible_cases
from ancora.cases.queries.moving import customer_of_new_case
from ancora.conversations.models import Direction, Message, OutgoingState, Place
from ancora.conversations.places import homes_among
from ancora.customers.models import Customer

_ANSWERS = re.compile(r"^(\s*(re|r|aw|antw|sv|fwd?|wg|i)\s*:)+", re.IGNORECASE)
_ON_THEIR_WAY = (OutgoingState.QUEUED, OutgoingState.SENDING)


@dataclass(frozen=True, slots=True)
class Part:
    """A message or a note of the case: whether it goes to the new one, and why it cannot (`is_stuck`: it has not
    left)."""

    message: Message | None = None
    note: Note | None = None
    goes: bool = False
    is_stuck: bool = False

    @property
    def at(self):
        return self.message.recorded_at if self.message else self.note.written_at


@dataclass(frozen=True, slots=True)
class Splitting:
    """What would go and what would stay, in the order of the timeline; `customer`: whose the new case would be."""

    case: Case
    parts: list[Part]
    subject: str
    customer: Customer
    drafts: int
    threads: int

    @property
    def messages(self) -> int:
        return sum(1 for part in self.parts if part.message)

    @property
    def chosen(self) -> int:
        return sum(1 for part in self.parts if part.message and part.goes)


def splitting_of(case: Case, message_ids: Collection[int], note_ids: Collection[int] | None = None) -> Splitting:
    """What splitting these messages off would do; a constant number of queries. `note_ids` None: each note goes where
    the message before it goes."""
    messages = messages_of(case)
    chosen = [one for one in messages if one.pk in message_ids]
    beginning = first_of(chosen) or (messages[-1] if messages else None)
    return Splitting(
        case,
        _parts(messages, list(notes_of(case)), set(message_ids), note_ids),
        _bare(beginning.subject if beginning else "") or case.subject,
        customer_of_new_case(beginning, case) if beginning else case.customer,
        Draft.objects.filter(case=case, message__isnull=True).count(),
        Task.objects.filter(case__in=parts_of(case), conversation__isnull=False).count(),
    )


def first_of(messages: list[Message]) -> Message | None:
    """With which the new case begins: the first that came in, else the first."""
    return next((one for one in messages if one.direction == Direction.IN), next(iter(messages), None))


def notes_of(case: Case):
    """The notes of a case and of all that were merged into it, the first one first."""
    return Note.objects.filter(case__in=parts_of(case)).select_related("author", "rule").order_by("written_at", "pk")


def split_for(viewer, pk: int) -> CaseSplit:
    """A split of which the viewer sees both cases; not yours → 404."""
    split = CaseSplit.objects.select_related("case", "into", "author", "undone_by").filter(pk=pk).first()
    wanted = {split.case.merged_into_id or split.case_id, split.into.merged_into_id or split.into_id} if split else {0}
    if visible_cases(viewer).filter(pk__in=wanted).count() < len(wanted):
        raise Http404("No such split.")
    return split


def what_prevents(split: CaseSplit) -> str:
    """Why the split cannot be undone, fit for the screen; empty when it can."""
    case, into = split.case, split.into
    for one in (case, into):
        if one.is_merged:
            told = {"case": one, "survivor": one.merged_into}
            return _("%(case)s was merged into %(survivor)s. Undo that first.") % told
    if case.is_removed:
        return _("%(case)s is in spam or trash. Take it back first.") % {"case": case}
    here = set(
        Place.objects.filter(conversation__in=conversation_ids_of(into), until__isnull=True).values_list(
            "pk", flat=True
        )
    )
    if set(split.places) - here:
        return _("A message has gone on to another case. Move it back first.")
    if newer := len(here - set(split.places)):
        words = ngettext(
            "%(count)s message came into %(case)s since. Merge the two cases instead.",
            "%(count)s messages came into %(case)s since. Merge the two cases instead.",
            newer,
        )
        return words % {"count": newer, "case": into}
    gone = set(Place.objects.filter(pk__in=split.places).values_list("message_id", flat=True))
    if gone - homes_among(gone, conversation_ids_of(case)).keys():
        words = _("What was merged into %(case)s was taken apart since. Move the messages one by one.")
        return words % {"case": case}
    return _what_else(split)


def _what_else(split: CaseSplit) -> str:
    into, told = split.into, {"case": split.into}
    if CaseMerge.objects.filter(into=into, until__isnull=True).exists():
        return _("Another case was merged into %(case)s. Undo that first.") % told
    if Note.objects.filter(case=into).exclude(pk__in=[int(pk) for pk in split.notes]).exists():
        return _("A note was written in %(case)s since. Merge the two cases instead.") % told
    if Task.objects.filter(case=into).exists():
        return _("%(case)s has tasks. Merge the two cases instead.") % told
    if Draft.objects.filter(case=into, message__isnull=True).exists():
        return _("Somebody has begun to write in %(case)s. Merge the two cases instead.") % told
    return ""


def _bare(subject: str) -> str:
    """Without what says that it is an answer: a new case begins with it."""
    return _ANSWERS.sub("", subject).strip()


def _parts(messages: list[Message], notes: list[Note], chosen: set[int], note_ids) -> list[Part]:
    stuck = {one.pk for one in messages if _is_stuck(one)}
    parts = [Part(one, goes=one.pk in chosen - stuck, is_stuck=one.pk in stuck) for one in messages]
    parts = sorted([*parts, *(Part(note=note) for note in notes)], key=lambda part: part.at)
    found, follows = [], False
    for part in parts:
        if part.message:
            follows = part.goes
        else:
            part = Part(note=part.note, goes=follows if note_ids is None else part.note.pk in note_ids)
        found.append(part)
    return found


def _is_stuck(message: Message) -> bool:
    outgoing = getattr(message, "outgoing", None) if message.direction == Direction.OUT else None
    return outgoing is not None and outgoing.state in _ON_THEIR_WAY
