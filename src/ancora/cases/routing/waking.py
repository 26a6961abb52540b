"""When there may be something to give out."""

from ancora.cases.events import CaseAssigned, CaseHandedOff, CaseOpened, CaseStatusChanged
from ancora.cases.models import Status, TeamRouting
from ancora.cases.routing.events import AgentStateSet
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.events.event import Event
from ancora.platform.jobs import is_enqueued, later

_SETTINGS = ("team_routing", "skill", "agent_limits", "team")


def makes_room_or_waits(event: Event) -> bool:
    """Whether somebody may be given a case after it; asked of every event as it is published. The clock asks each
    minute all the same."""
    match event:
        case CaseOpened():
            return event.team_id is not None and not event.is_spam
        case CaseHandedOff():
            return event.team_id is not None
        case CaseAssigned():
            # Whose case it was has room again; who got one by routing was counted.
            return event.owner_before_id is not None or event.owner_id is None
        case CaseStatusChanged():
            return event.before == Status.OPEN or event.after == Status.OPEN
        case AgentStateSet():
            return event.state == "available"
        case SettingChanged():
            return event.kind in _SETTINGS
        case _:
            return True


def wake_routing() -> None:
    """Soon, once for all that happened until then; nothing where no team has its cases given out."""
    from ancora.cases.jobs import give_out_soon

    if TeamRouting.objects.filter(is_on=True).exists() and not is_enqueued(give_out_soon):
        later(give_out_soon, lock="routing")
