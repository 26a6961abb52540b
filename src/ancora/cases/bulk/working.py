"""Works off the items of a bulk change, one after another, each in its own transaction."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from ancora.cases.bulk.commands import AT_ONCE
from ancora.cases.bulk.events import BulkEnded
from ancora.cases.bulk.models import BulkChange, BulkItem, ItemState
from ancora.cases.bulk.wanted import make_wanted
from ancora.cases.commands.locking import hold_with_parts, locked
from ancora.cases.commands.one_of_many import why_left
from ancora.cases.commands.standing import difference, stand_as_before, standing_of
from ancora.cases.models import Case
from ancora.cases.problems.in_bulk import join_wanted, leave_again, wanted_problem
from ancora.cases.queries.cases import may_see_case
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.live.hints import hint

# A screen that follows hears after so many.
TOLD_EVERY = 5


def work_off(bulk: BulkChange, *, most: int = AT_ONCE + 1) -> bool:
    """Do up to `most` items; says whether some are left. Safe to call at any time, by several at once."""
    return all(_next(bulk.pk, is_told=number % TOLD_EVERY == 0) for number in range(most))


@transaction.atomic
def _next(bulk_id: int, *, is_told: bool) -> bool:
    """One item; False when none was left."""
    bulk = BulkChange.objects.select_for_update(of=("self",)).select_related("author").get(pk=bulk_id)
    if bulk.ended_at is not None:
        return False
    todo = ItemState.CHANGED if bulk.is_undone else ItemState.WAITING
    item = bulk.items.filter(state=todo).order_by("pk").select_related("case").first()
    bulk.moved_at = clock.now()
    if item is None:
        bulk.ended_at = bulk.moved_at
        bulk.save(update_fields=["moved_at", "ended_at"])
        publish(BulkEnded(bulk_id=bulk.pk, is_undone=bulk.is_undone), actor=Actor.human(bulk.author))
        hint([f"bulk-{bulk.pk}"])
        return False
    # What it says is read by its author, also when the worker does it.
    with override(bulk.author.language or None):
        (_take_back if bulk.is_undone else _change)(bulk, item)
    item.save(update_fields=["state", "changed", "why"])
    bulk.save(update_fields=["moved_at"])
    if is_told:
        hint([f"bulk-{bulk.pk}"])
    return True


def _change(bulk: BulkChange, item: BulkItem) -> None:
    try:
        with transaction.atomic():
            case = _own(bulk, item)
            before = standing_of(case)
            make_wanted(case, bulk)
            joined = join_wanted(case, bulk)
            item.changed = difference(before, standing_of(case)) | joined
    except Refusal as refusal:
        item.state, item.why = ItemState.REFUSED, str(refusal)[:400]
    except Exception as error:
        item.state, item.why = ItemState.REFUSED, why_left(error)
    else:
        item.state = ItemState.CHANGED if item.changed else ItemState.SAME


def _take_back(bulk: BulkChange, item: BulkItem) -> None:
    try:
        with transaction.atomic():
            case = _own(bulk, item)
            leave_again(case, item.changed, author=bulk.author)
            left = stand_as_before(case, item.changed, author=bulk.author)
    except Refusal as refusal:
        item.state, item.why = ItemState.KEPT, str(refusal)[:400]
        return
    except Exception as error:
        item.state, item.why = ItemState.KEPT, why_left(error)
        return
    item.state = ItemState.KEPT if left else ItemState.BACK
    item.why = _("changed since: %(fields)s") % {"fields": ", ".join(left)} if left else ""


def _own(bulk: BulkChange, item: BulkItem) -> Case:
    """The case, held, if its author may still change it."""
    author = bulk.author
    if not (author.is_active and author.is_agent and may_see_case(author, item.case_id)):
        raise Refusal(_("You may no longer change this case."))
    if problem := wanted_problem(bulk):
        # Both at once and in their order: whoever merges the two does the same.
        hold_with_parts(item.case, problem)
    return locked(item.case)
