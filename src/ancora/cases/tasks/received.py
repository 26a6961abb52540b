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
    for one in together:
        task = Task.objects.select_related("case").get(conversation=one.event.conversation_id)
        publish_all(_take(task, _held(task.case), one, one.occurred_at))


def _held(case: Case) -> Case:
    """The case, or the one it was merged into, held until the transaction ends."""
    held = Case.objects.select_for_update().get(pk=case.pk)
    return _held(held.merged_into) if held.merged_into_id else held


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
