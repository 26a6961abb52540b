"""What routing tells besides `case.assigned`, which says why somebody got a case."""

from dataclasses import dataclass
from datetime import datetime

from ancora.platform.events.event import Code, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEscalated(Event):
    """A case waited for an owner as long as its team allows: the lead is told. minutes: how long that is."""

    type = "case.escalated"
    objects = {"case_id": "case", "team_id": "team"}
    case_id: int
    team_id: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStateSet(Event):
    """A person said that they are away, until then or until they say otherwise; or that they are back. state: away or
    available."""

    type = "agent.state"
    objects = {"person_id": "user"}
    person_id: int
    state: Code
    until: datetime | None = None
