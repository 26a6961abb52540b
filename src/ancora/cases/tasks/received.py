"""What third parties write: it comes to their task and wakes its case, and is no word of the customer."""

from datetime import datetime

from ancora.cases.commands.locking import save
from ancora.cases.events import CaseReopened, CaseStatusChanged
from ancora.cases.models import Case, Status
from ancora.cases.tasks.events import ThirdPartyResponded
from ancora.cases.tasks.models import Task
from ancora.conversations.events import MessageReceived
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import Published, Telling, publish_all


def take_answers(together: list[Published]) -> None:
    """Messages in side threads. A case that waits or is done opens again, unless a machine answered; in spam and trash
    it stays there. Customer, words and mailboxes of the case are untouched."""
    if not together:
        return
    tasks = Task.objects.select_related("case")
    found = [tasks.get(conversation=one.event.conversation_id) for one in together]
    _hold_in_order([task.case for task in found])
    for task, one in zip(found, together, strict=True):
        publish_all(_take(task, _held(task.case), one, one.occurred_at))


def _hold_in_order(cases: list[Case]) -> None:
    """Those that hold these, by their ids, so that two of us never wait for each other."""
    holders = {case.merged_into_id or case.pk for case in cases}
    list(Case.objects.select_for_update().filter(pk__in=holders).order_by("pk").values_list("pk", flat=True))


def _held(case: Case) -> Case:
    """The case, or the one it was merged into, held until the transaction ends."""
    # A part itself is not held: whoever merges, or undoes that, holds what it is merged into as well.
    while True:
        seen = Case.objects.values_list("merged_into_id", flat=True).get(pk=case.pk) or case.pk
        held = Case.objects.select_for_update().get(pk=seen)
        now = Case.objects.values_list("merged_into_id", flat=True).get(pk=case.pk) or case.pk
        if held.merged_into_id is None and now == held.pk:
            return held


def _take(task: Task, case: Case, one: Published, at: datetime) -> list[Telling]:
    event: MessageReceived = one.event
    told = ThirdPartyResponded(
        case_id=case.pk,
        task_id=task.pk,
        third_party_id=event.third_party_id,
        message_id=event.message_id,
        auto=event.auto,
    )
    tellings = [Telling(told, one.actor, at)]
    if event.auto is not None:
        return tellings
    Task.objects.filter(pk=task.pk).update(answered_at=at)
    if case.is_removed:
        return tellings
    before, case.last_message_at = case.status, max(at, case.last_message_at)
    if case.status == Status.WAITING:
        tellings.append(Telling(CaseStatusChanged(case_id=case.pk, before=before, after=Status.OPEN), SYSTEM, at))
    elif case.is_done:
        tellings.append(Telling(CaseReopened(case_id=case.pk, before=before), SYSTEM, at))
    case.status, case.waiting_on, case.outcome, case.resolved_at = Status.OPEN, "", None, None
    save(case, "status", "waiting_on", "outcome", "resolved_at", "last_message_at")
    return tellings
