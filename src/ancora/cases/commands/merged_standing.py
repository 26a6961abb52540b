"""How the surviving case of a merge stands, and how it stood."""

from datetime import datetime

from ancora.cases.commands.arrange import assign_case, set_priority
from ancora.cases.commands.locking import save
from ancora.cases.commands.status import reopen_case, wait_on
from ancora.cases.events import CaseStatusChanged
from ancora.cases.models import Case, CaseMerge, Status
from ancora.cases.queries.cases import conversation_ids_of, may_see_case
from ancora.cases.queries.merging import Standing, have_written
from ancora.conversations.models import Place
from ancora.platform import clock
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


def stand_as(case: Case, wanted: Standing, *, actor: Actor) -> dict[str, list]:
    """Bring a case to this standing; gives what changed, as {field: [before, after]}."""
    changed = {}
    if wanted.priority != case.priority:
        changed["priority"] = [case.priority, wanted.priority]
        set_priority(case, priority=wanted.priority, actor=actor)
    if wanted.owner is not None and case.owner_id != wanted.owner.pk and may_see_case(wanted.owner, case.pk):
        changed["owner"] = [case.owner_id, wanted.owner.pk]
        assign_case(case, owner=wanted.owner, actor=actor)
    if wanted.status != case.status:
        changed["status"] = [[case.status, case.waiting_on, case.outcome_id, _written(case.resolved_at)], wanted.status]
        if wanted.status == Status.OPEN:
            reopen_case(case, actor=actor)
        else:
            wait_on(case, on=wanted.waiting_on, until=wanted.waits_until, actor=actor)
    elif wanted.status == Status.WAITING and wanted.waits_until != case.waits_until:
        changed["until"] = [_written(case.waits_until), _written(wanted.waits_until)]
        wait_on(case, on=wanted.waiting_on, until=wanted.waits_until, actor=actor)
    return changed


def take_back(merge: CaseMerge, case: Case, *, actor: Actor) -> None:
    """What a merge changed in a case is as before, where nobody changed it since."""
    before, after = merge.changed.get("priority", (None, None))
    if before and case.priority == after:
        set_priority(case, priority=before, actor=actor)
    before, after = merge.changed.get("owner", (None, None))
    if after and case.owner_id == after:
        assign_case(case, owner=None, actor=actor)
    if "status" in merge.changed:
        _take_back_status(merge, case, actor)
    if "until" in merge.changed:
        _take_back_moment(merge, case, actor)


def _take_back_status(merge: CaseMerge, case: Case, actor: Actor) -> None:
    (status, waiting_on, outcome_id, resolved_at), after = merge.changed["status"]
    places = Place.objects.filter(conversation__in=conversation_ids_of(case), until__isnull=True)
    if case.status != after or have_written(places, merge.since):
        return
    if status == Status.WAITING:
        # What was to come back by then is open already.
        if case.waits_until is None or case.waits_until > clock.now():
            wait_on(case, on=waiting_on, until=case.waits_until, actor=actor)
        return
    case.status, case.waiting_on, case.outcome_id, case.resolved_at = status, "", outcome_id, _read(resolved_at)
    save(case, "status", "waiting_on", "outcome", "resolved_at")
    publish(CaseStatusChanged(case_id=case.pk, before=after, after=status), actor=actor)


def _take_back_moment(merge: CaseMerge, case: Case, actor: Actor) -> None:
    before, after = (_read(moment) for moment in merge.changed["until"])
    if case.status == Status.WAITING and case.waits_until == after and (before is None or before > clock.now()):
        wait_on(case, on=case.waiting_on, until=before, actor=actor)


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(moment: str | None) -> datetime | None:
    return datetime.fromisoformat(moment) if moment else None
