"""What happens to a case of which a part becomes a case of its own."""

from dataclasses import dataclass

from ancora.platform.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitEvent(Event):
    """`case_id`: the new case · `from_case_id`: the one it was split off."""

    objects = {"case_id": "case", "from_case_id": "case", "split_id": "split"}
    case_id: int
    from_case_id: int
    split_id: int
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSplitOff(SplitEvent):
    """A person made a case of their own of several messages of a case."""

    type = "case.split_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSplitUndone(SplitEvent):
    """The messages went back to the case they came from."""

    type = "case.split_undone"
