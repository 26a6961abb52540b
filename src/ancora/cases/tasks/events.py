"""What happens to tasks."""

from dataclasses import dataclass
from datetime import datetime

from ancora.platform.events.event import Code, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEvent(Event):
    """Something happened to a task of a case."""

    objects = {"case_id": "case", "task_id": "task"}
    case_id: int
    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCreated(Event):
    """A task was given to one of a person, a team, a third party."""

    type = "task.created"
    objects = {
        "case_id": "case",
        "task_id": "task",
        "person_id": "user",
        "team_id": "team",
        "third_party_id": "third_party",
    }
    case_id: int
    task_id: int
    person_id: int | None = None
    team_id: int | None = None
    third_party_id: int | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReassigned(Event):
    """A task was given to somebody else, who is one of a person, a team, a third party, as who had it before."""

    type = "task.reassigned"
    objects = {
        "case_id": "case",
        "task_id": "task",
        "person_id": "user",
        "team_id": "team",
        "third_party_id": "third_party",
        "person_before_id": "user",
        "team_before_id": "team",
    }
    case_id: int
    task_id: int
    person_id: int | None = None
    team_id: int | None = None
    third_party_id: int | None = None
    person_before_id: int | None = None
    team_before_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDueSet(TaskEvent):
    """It is due at another moment from now on; without one at none."""

    type = "task.due_set"
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCompleted(TaskEvent):
    """Done; `is_late`: after it was due."""

    type = "task.completed"
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCancelled(TaskEvent):
    """Not needed any more."""

    type = "task.cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCommented(TaskEvent):
    """Somebody wrote something about it, for colleagues."""

    type = "task.commented"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdPartyEvent(Event):
    """Something passed between us and the third party of a task, beside the conversations with the customer."""

    objects = {"case_id": "case", "task_id": "task", "third_party_id": "third_party", "message_id": "message"}
    case_id: int
    task_id: int
    third_party_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdPartyNotified(ThirdPartyEvent):
    """We wrote to it."""

    type = "thirdparty.notified"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdPartyResponded(ThirdPartyEvent):
    """It wrote; `auto` says that a machine did."""

    type = "thirdparty.responded"
    auto: Code | None = None
