"""When there may be something to give out."""

import time

from ancora.cases.events import CaseAssigned, CaseHandedOff, CaseOpened, CaseStatusChanged
from ancora.cases.models import Status, TeamRouting
from ancora.cases.routing.events import AgentStateSet
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.events.event import Event
from ancora.platform.jobs import is_enqueued, later

_SETTINGS = ("team_routing", "skill", "agent_limits", "team")
_FRESH_SECONDS = 5.0
_held: tuple[float, bool] | None = None


def makes_room_or_waits(event: Event) -> bool:
    """Whether somebody may be given a case after it; asked of every event as it is published. The clock asks each
    minute all the same."""
    if isinstance(event, SettingChanged):
        return event.kind in _SETTINGS
    if not is_routing_on():
        return False
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
        case _:
            return True


def is_routing_on() -> bool:
    """Whether some team has its cases given out, as of at most five seconds ago."""
    global _held
    if _held is None or time.monotonic() - _held[0] > _FRESH_SECONDS:
        _held = (time.monotonic(), TeamRouting.objects.filter(is_on=True).exists())
    return _held[1]


def forget_routing() -> None:
    """Called by whoever switches it on or off, so that this process sees it at once."""
    global _held
    _held = None


def wake_routing() -> None:
    """Soon, once for all that happened until then; nothing where no team has its cases given out."""
    from ancora.cases.jobs import give_out_soon

    # It may have been switched on in another process a moment ago.
    forget_routing()
    if is_routing_on() and not is_enqueued(give_out_soon):
        later(give_out_soon, lock="routing")
