"""What moving a message to another case would do, said before it is done."""

from dataclasses import dataclass

from django.http import Http404

from ancora.cases.models import Case, Note
from ancora.cases.queries.cases import case_of_conversation, conversation_ids_of, number_of, parts_of, visible_cases
from ancora.conversations.models import Direction, Message, Place
from ancora.conversations.places import current_place, place_before
from ancora.customers.models import Customer


@dataclass(frozen=True, slots=True)
class Move:
    """A message that would go from `source` to `target` (None: a new case), where `customer` will be whose it is.

    seen: the place it is at now · is_last: no other message stays in `source`, which then goes to the trash unless it
    `has_notes`.
    """

    message: Message
    seen: int
    source: Case
    target: Case | None
    customer: Customer
    is_last: bool
    has_notes: bool

    @property
    def changes_customer(self) -> bool:
        return self.source.customer_id != self.customer.pk

    @property
    def is_nowhere(self) -> bool:
        """Whether it would stay where it is."""
        return self.target is not None and self.target.pk == self.source.pk


def move_of(message: Message, source: Case, target: Case | None) -> Move:
    """What moving a message of `source` would do; a constant number of queries."""
    return Move(
        message,
        current_place(message).pk,
        source,
        target,
        target.customer if target else customer_of_new_case(message, source),
        not has_messages(source, besides=message),
        has_notes(source),
    )


def case_with_number(viewer, reference: int) -> Case | None:
    """The case to which this number leads, as far as `viewer` sees it."""
    return visible_cases(viewer).select_related("customer").filter(pk=number_of(reference)).first()


def case_left(viewer, message: Message, place_id: int) -> Case:
    """The case in which a message was before it came to this place; not yours → 404."""
    before = place_before(message, place_id)
    case = case_of_conversation(before.conversation_id) if before else None
    if case is None or not visible_cases(viewer).filter(pk=case.pk).exists():
        raise Http404("No such case.")
    return case


def customer_of_new_case(message: Message, source: Case) -> Customer:
    """Whose a case that begins with this message would be: of whoever wrote it, else of the customer it is with."""
    if message.direction == Direction.IN and message.handle_id:
        return message.handle.customer
    return source.customer


def has_messages(case: Case, *, besides: Message | None = None) -> bool:
    found = Place.objects.filter(conversation__in=conversation_ids_of(case), until__isnull=True)
    return (found.exclude(message=besides) if besides else found).exists()


def has_notes(case: Case) -> bool:
    return Note.objects.filter(case__in=parts_of(case)).exists()
