"""Giving cases to other people, as bulk changes: each stops at what changed hands meanwhile, and all are taken back
at once."""

from collections.abc import Iterable, Mapping
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.bulk.commands import begin_bulk, undo_bulk
from ancora.cases.bulk.models import BulkChange
from ancora.cases.bulk.working import work_off
from ancora.cases.queries.cases import visible_cases
from ancora.cases.queries.people import seen_among
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal


@transaction.atomic
def begin_giving(
    gets: Mapping[User | None, Iterable[int]], *, held_by: User | None, author: User, form_key: UUID
) -> list[BulkChange]:
    """Writes down that each person gets these cases, which `held_by` has, or nobody; the same form once. Refused when
    the author does not lead, or somebody would get what they may not see: then nobody gets anything. Given they are
    by `go_on_with`."""
    if not author.is_lead:
        raise Refusal(_("Leads and administrators share out the work of others."))
    plan = {person: sorted(set(case_ids)) for person, case_ids in gets.items()}
    _require_able(plan, author)
    return [
        begin_bulk(
            case_ids,
            changes=[f"from-{held_by.pk if held_by else 'nobody'}", f"owner-{person.pk if person else 'nobody'}"],
            author=author,
            form_key=uuid5(form_key, str(person.pk if person else 0)),
        )
        for person, case_ids in plan.items()
        if case_ids
    ]


def take_back(bulks: Iterable[BulkChange], *, author: User) -> None:
    """Each case goes back to whoever had it, where nobody changed that since."""
    for bulk in bulks:
        go_on_with([undo_bulk(bulk, author=author)])


def go_on_with(bulks: Iterable[BulkChange]) -> None:
    """Does at once what is not so much that it is the worker's."""
    for bulk in bulks:
        work_off(bulk)


def _require_able(plan: Mapping[User | None, list[int]], author: User) -> None:
    if not any(plan.values()):
        raise Refusal(_("Choose at least one case."))
    people = [person for person in plan if person]
    for person in people:
        if not (person.is_active and person.is_agent):
            raise Refusal(_("%(name)s cannot own cases.") % {"name": person})
    cases = visible_cases(author).in_bulk({pk for case_ids in plan.values() for pk in case_ids})
    seen = seen_among(people, cases.values())
    for person in people:
        hidden = [cases[pk] for pk in plan[person] if pk in cases and pk not in seen[person.pk]]
        if hidden:
            told = {"name": person, "case": hidden[0]}
            raise Refusal(_("%(name)s does not see %(case)s: it came to a mailbox of other teams.") % told)
