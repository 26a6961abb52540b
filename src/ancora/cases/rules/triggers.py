"""Which events are triggers, and whether any rule waits for one."""

import time

from ancora.cases.events import (
    CaseAssigned,
    CaseClosed,
    CaseContinued,
    CaseHandedOff,
    CaseOpened,
    CasePrioritySet,
    CaseReopened,
    CaseResolved,
    CaseRestored,
    CaseStatusChanged,
    CaseTagged,
    ServiceLevelBreached,
    ServiceLevelWarned,
)
from ancora.cases.rules.models import Rule, Trigger
from ancora.cases.tasks.events import TaskCompleted
from ancora.platform.events.event import Event

EVENTS: dict[type[Event], Trigger] = {
    CaseOpened: Trigger.OPENED,
    CaseContinued: Trigger.WROTE,
    CaseStatusChanged: Trigger.STATUS,
    CaseResolved: Trigger.STATUS,
    CaseReopened: Trigger.STATUS,
    CaseClosed: Trigger.STATUS,
    CaseRestored: Trigger.STATUS,
    CaseAssigned: Trigger.OWNER,
    CaseHandedOff: Trigger.TEAM,
    CasePrioritySet: Trigger.PRIORITY,
    CaseTagged: Trigger.TAGGED,
    TaskCompleted: Trigger.TASK_DONE,
    ServiceLevelWarned: Trigger.WARNED,
    ServiceLevelBreached: Trigger.BREACHED,
}
# By this name the dispatcher knows who runs rules.
SUBSCRIBER = "ancora.cases.subscribers.rules_of_cases"
_FRESH_SECONDS = 5.0
_held: tuple[float, frozenset[str]] | None = None


def trigger_of(event: Event) -> Trigger | None:
    """None when no rule can be meant, as for a case that was opened in spam."""
    match event:
        case CaseContinued():
            return Trigger.WROTE if event.direction == "in" else Trigger.ANSWERED
        case CaseOpened(is_spam=True):
            return None
        case _:
            return EVENTS.get(type(event))


def may_matter(event: Event) -> bool:
    return trigger_of(event) is not None


def are_waited_for(events: list[Event]) -> list[bool]:
    """Of each whether there is a rule that runs for it."""
    return [trigger_of(event) in triggers_in_use() for event in events]


def triggers_in_use() -> frozenset[str]:
    """Those for which there is a rule, as of at most five seconds ago."""
    global _held
    if _held is None or time.monotonic() - _held[0] > _FRESH_SECONDS:
        waiting = Rule.objects.filter(is_active=True, deleted_at=None, paused_at=None)
        _held = (time.monotonic(), frozenset(waiting.values_list("trigger", flat=True)))
    return _held[1]


def forget_triggers() -> None:
    """Called by whoever changes a rule, so that this process sees it at once."""
    global _held
    _held = None
