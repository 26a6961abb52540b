"""What happens to rules."""

from dataclasses import dataclass

from ancora.platform.events.event import Code, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRan(Event):
    """A rule changed a case; what it changed is told by events of its own."""

    type = "rule.ran"
    objects = {"case_id": "case", "rule_id": "rule"}
    case_id: int
    rule_id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePaused(Event):
    """A rule ran too often and does nothing until an administrator looks at it. reason: hour, or case, in which."""

    type = "rule.paused"
    objects = {"case_id": "case", "rule_id": "rule"}
    case_id: int
    rule_id: int
    reason: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResumed(Event):
    """An administrator let a paused rule go on."""

    type = "rule.resumed"
    objects = {"rule_id": "rule"}
    rule_id: int
