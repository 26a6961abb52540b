"""Where a case stands."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.locking import locked, locked_in_use, save
from ancora.cases.events import CaseClosed, CaseReopened, CaseResolved, CaseRestored, CaseStatusChanged
from ancora.cases.models import Case, Outcome, Status, WaitingOn
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.publishing import publish
from ancora.platform.events.queries import events_about

LONGEST_WAIT = timedelta(days=731)
MOST_AT_ONCE = 500


@transaction.atomic
def wait_on(case: Case, *, on: str, actor: Actor, until: datetime | None = None) -> None:
    """Nothing for us to do until the customer or a third party moves; or we wait on ourselves and say so. With `until`
    it comes back by itself then, unless the customer writes before."""
    case = locked_in_use(case)
    if on not in WaitingOn.values:
        raise Refusal(_("Say on whom the case waits: customer, third party or us."))
    if until is not None and not clock.now() < until < clock.now() + LONGEST_WAIT:
        raise Refusal(_("Choose a moment in the future, at most two years ahead."))
    before = case.status
    if (before, case.waiting_on, case.waits_until) == (Status.WAITING, on, until):
        return
    case.status, case.waiting_on, case.waits_until = Status.WAITING, on, until
    case.outcome, case.resolved_at = None, None
    save(case, "status", "waiting_on", "waits_until", "outcome", "resolved_at")
    changed = CaseStatusChanged(case_id=case.pk, before=before, after=Status.WAITING, waiting_on=on, until=until)
    publish(changed, actor=actor)


@transaction.atomic
def wake_cases() -> int:
    """Open again what was to wait until now; says how many. Those that somebody is just changing have their turn the
    next time."""
    due = Case.objects.filter(status=Status.WAITING, waits_until__lte=clock.now()).order_by("waits_until", "pk")
    cases = list(due.select_for_update(skip_locked=True, of=("self",))[:MOST_AT_ONCE])
    for case in cases:
        case.status, case.waiting_on, case.waits_until = Status.OPEN, "", None
        save(case, "status", "waiting_on", "waits_until")
        event = CaseStatusChanged(case_id=case.pk, before=Status.WAITING, after=Status.OPEN, is_due=True)
        publish(event, actor=SYSTEM)
    return len(cases)


@transaction.atomic
def resolve_case(case: Case, *, outcome: Outcome, actor: Actor) -> None:
    """Solved, with an outcome of the list; resolving again changes the outcome."""
    case = locked_in_use(case)
    if outcome is None:
        raise Refusal(_("Choose an outcome, so that others can learn from the case."))
    if case.status == Status.RESOLVED and case.outcome_id == outcome.pk:
        return
    before = case.status
    case.status, case.waiting_on, case.outcome, case.resolved_at = Status.RESOLVED, "", outcome, clock.now()
    save(case, "status", "waiting_on", "outcome", "resolved_at")
    publish(CaseResolved(case_id=case.pk, outcome_id=outcome.pk, before=before), actor=actor)


@transaction.atomic
def close_case(case: Case, *, actor: Actor) -> None:
    """Finished for good; only a resolved case is closed."""
    case = locked_in_use(case)
    if case.status == Status.CLOSED:
        return
    if case.status != Status.RESOLVED:
        raise Refusal(_("Resolve the case first, with an outcome; then it can be closed."))
    before, case.status = case.status, Status.CLOSED
    save(case, "status")
    publish(CaseClosed(case_id=case.pk, before=before), actor=actor)


@transaction.atomic
def reopen_case(case: Case, *, actor: Actor) -> None:
    """Back to open from waiting, resolved or closed."""
    case = locked_in_use(case)
    before = case.status
    if before == Status.OPEN:
        return
    case.status, case.waiting_on, case.outcome, case.resolved_at = Status.OPEN, "", None, None
    save(case, "status", "waiting_on", "outcome", "resolved_at")
    if before == Status.WAITING:
        publish(CaseStatusChanged(case_id=case.pk, before=before, after=Status.OPEN), actor=actor)
    else:
        publish(CaseReopened(case_id=case.pk, before=before), actor=actor)


def mark_as_spam(case: Case, *, actor: Actor) -> None:
    """Out of all queues; `restore_case` takes it back."""
    _remove(case, Status.SPAM, actor)


def move_to_trash(case: Case, *, actor: Actor) -> None:
    """Out of all queues; `restore_case` takes it back."""
    _remove(case, Status.TRASH, actor)


@transaction.atomic
def restore_case(case: Case, *, actor: Actor) -> None:
    """Back from spam or trash to where it was."""
    case = locked(case)
    if not case.is_removed:
        return
    before = case.status
    case.status, case.status_before = case.status_before or Status.OPEN, ""
    if case.status == Status.WAITING:
        case.waiting_on = _waited_on(case)
    save(case, "status", "status_before", "waiting_on")
    publish(CaseRestored(case_id=case.pk, before=before, after=case.status), actor=actor)


def _waited_on(case: Case) -> str:
    """On whom it waited before it was put away; on us where nobody remembers."""
    past = events_about("case", case.pk, types=["case.status_changed"])
    put = [event.attrs.get("waiting_on") for event in past if event.attrs["after"] == Status.WAITING]
    return put[-1] if put and put[-1] in WaitingOn.values else WaitingOn.US


@transaction.atomic
def _remove(case: Case, status: str, actor: Actor) -> None:
    case = locked(case)
    if case.status == status:
        return
    before = case.status
    case.status_before = case.status_before if case.is_removed else before
    case.status, case.waiting_on = status, ""
    save(case, "status", "status_before", "waiting_on")
    publish(CaseStatusChanged(case_id=case.pk, before=before, after=status), actor=actor)
