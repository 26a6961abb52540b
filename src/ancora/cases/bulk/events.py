"""What happens to bulk changes; what happens to each case are the events of that case."""

from dataclasses import dataclass

from ancora.platform.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkEvent(Event):
    """Something happened to one bulk change."""

    objects = {"bulk_id": "bulk"}
    bulk_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkBegun(BulkEvent):
    """A person wants the same of many cases."""

    type = "bulk.begun"
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkStopped(BulkEvent):
    """The person stopped it: the cases that it did not reach stay as they are."""

    type = "bulk.stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkUndone(BulkEvent):
    """The person takes it back: from now on its cases go back to what they were."""

    type = "bulk.undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkEnded(BulkEvent):
    """Its last case is done; with `is_undone` is taken back."""

    type = "bulk.ended"
    is_undone: bool
