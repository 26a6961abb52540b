"""Three cases that are merged and taken apart, and what is asked of them."""

import pytest

from ancora.cases.commands import (
    merge_cases,
    undo_merge,
)
from ancora.cases.models import Case, CaseMerge
from ancora.cases.queries import (
    merge_of,
    timeline,
)
from ancora.cases.tests.test_road import letter
from ancora.conversations.tokens import reply_address

BRUNO = "Bruno Neri <bruno@other.example>"


@pytest.fixture
def three(cast, mailbox, arrive):
    """Carla's cases 1001 and 1003, and Bruno's 1002."""
    arrive(letter("The grinder leaks", "It leaks again.", message_id="<1@customers.example>"), mailbox)
    arrive(letter("Invoice twice", "Two invoices.", BRUNO, message_id="<2@other.example>"), mailbox)
    arrive(letter("Leaking", "Still leaking.", message_id="<3@customers.example>"), mailbox)
    return cast


def case(reference: int) -> Case:
    return Case.objects.get(reference=reference)


def merge(reference: int, into: int, cast, **options) -> CaseMerge:
    return merge_cases(case(reference), into=case(into), author=cast.marco, **options)


def undo(reference: int, cast) -> Case:
    return undo_merge(merge_of(cast.anna, reference), author=cast.lena)


def texts_of(reference: int, viewer) -> list[str]:
    """The messages and notes a case shows, in its order."""
    entries = timeline(viewer, case(reference))
    return [(entry.message or entry.note).text.strip() for entry in entries if not entry.change]


def words_of(reference: int, viewer) -> list[str]:
    return [entry.change.text for entry in timeline(viewer, case(reference)) if entry.change]


def answer_to(reference: int, text: str, **options):
    return letter("Re", text, to=reply_address("support@example.com", reference), **options)
