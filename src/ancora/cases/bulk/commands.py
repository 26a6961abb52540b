"""Beginning a bulk change, stopping it, and taking it back. Who works it off: `bulk.working`."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.bulk.events import BulkBegun, BulkStopped, BulkUndone
from ancora.cases.bulk.models import BulkChange, BulkItem, ItemState
from ancora.cases.bulk.wanted import SNOOZE, require_wanted
from ancora.cases.commands.status import LONGEST_WAIT
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.jobs import later
from ancora.platform.once import one_at_a_time

# So many are done while the person waits; more are the worker's.
AT_ONCE = 25
MOST_CASES = 10_000


@transaction.atomic
def begin_bulk(
    case_ids: Iterable[int], *, changes: list[str], author: User, form_key: UUID, waits_until: datetime | None = None
) -> BulkChange:
    """Writes down what is to become of the cases that `author` sees among `case_ids`; the same form once. Up to 25 are
    the caller's to work off (`work_off`), more the worker's."""
    if not author.is_agent:
        raise Refusal(_("Observers read, and write notes; they change nothing else."))
    one_at_a_time(form_key)
    known = BulkChange.objects.filter(form_key=form_key).first()
    if known is not None:
        if known.author_id != author.pk:
            raise Refusal(_("This form was sent before. Open it again."))
        return known
    require_wanted(changes)
    if SNOOZE in changes and not (waits_until and clock.now() < waits_until < clock.now() + LONGEST_WAIT):
        raise Refusal(_("Choose a moment in the future, at most two years ahead."))
    ids = _seen_by(author, case_ids)
    now = clock.now()
    bulk = BulkChange.objects.create(
        author=author, form_key=form_key, changes=changes, waits_until=waits_until, begun_at=now, moved_at=now
    )
    BulkItem.objects.bulk_create([BulkItem(bulk=bulk, case_id=pk) for pk in ids], batch_size=2000)
    publish(BulkBegun(bulk_id=bulk.pk, cases=len(ids)), actor=Actor.human(author))
    if len(ids) > AT_ONCE:
        hand_to_worker(bulk)
    return bulk


@transaction.atomic
def stop_bulk(bulk: BulkChange, *, author: User) -> None:
    """What is not changed yet stays as it is. Nothing when it has ended."""
    held = hold_own(bulk, author)
    if held.ended_at is not None or held.is_undone:
        return
    held.stopped_at = held.ended_at = held.moved_at = clock.now()
    held.save(update_fields=["stopped_at", "ended_at", "moved_at"])
    publish(BulkStopped(bulk_id=held.pk), actor=Actor.human(author))


@transaction.atomic
def undo_bulk(bulk: BulkChange, *, author: User) -> BulkChange:
    """From now on each case goes back to what it was, where nobody changed that since; one still under way stops. Up
    to 25 are the caller's to work off, more the worker's. A second time does nothing more."""
    held = hold_own(bulk, author)
    if held.is_undone:
        return held
    now = clock.now()
    held.undone_at, held.moved_at, held.ended_at = now, now, None
    if held.items.filter(state=ItemState.WAITING).exists():
        held.stopped_at = held.stopped_at or now
    held.save(update_fields=["undone_at", "moved_at", "ended_at", "stopped_at"])
    publish(BulkUndone(bulk_id=held.pk), actor=Actor.human(author))
    if held.items.filter(state=ItemState.CHANGED).count() > AT_ONCE:
        hand_to_worker(held)
    return held


def hand_to_worker(bulk: BulkChange) -> None:
    """The worker goes on with it once the transaction is committed."""
    from ancora.cases.bulk.jobs import go_on

    later(go_on, lock=f"bulk-{bulk.pk}", bulk_id=bulk.pk)


def hold_own(bulk: BulkChange, author: User) -> BulkChange:
    """The bulk change as it is now, held until the transaction ends; only its author acts on it."""
    held = BulkChange.objects.select_for_update(of=("self",)).select_related("author").get(pk=bulk.pk)
    if held.author_id != author.pk:
        raise Refusal(_("Only who began it does that."))
    return held


def _seen_by(author: User, case_ids: Iterable[int]) -> list[int]:
    from ancora.cases.queries import visible_cases

    wanted = set(case_ids)
    if len(wanted) > MOST_CASES:
        told = _("%(count)d cases are too many at once. Choose at most %(most)d.")
        raise Refusal(told % {"count": len(wanted), "most": MOST_CASES})
    ids = list(visible_cases(author).filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True))
    if not ids:
        raise Refusal(_("Choose at least one case."))
    return ids
