"""How long a customer waits for us, against what was promised, in working time. Pure: no database, no Django.

Three clocks. *First response*: from the customer's first message to our first answer. *Next response*: from the first
message that we have not answered to our answer, each time anew. *Resolution*: from the beginning of the case to its
end; reopened, it goes on where it stopped. The end of a case is an answer, too. While the case waits on the customer
all of them stand still.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ancora.parties.working_time import NotReached, WorkingTime

_NOTHING = timedelta(0)


class Kind(StrEnum):
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


class Turn(StrEnum):
    """What moves the clocks of a case."""

    CUSTOMER_WROTE = "customer_wrote"
    WE_ANSWERED = "we_answered"
    WAITS_ON_CUSTOMER = "waits_on_customer"
    GOES_ON = "goes_on"
    RESOLVED = "resolved"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Clock:
    """How one clock stands: running, standing still, or stopped. `spent` is working time. `due_at` is the moment it
    must not pass: None unless it runs, and where the calendar holds no such moment. `breached_at` is the due moment
    that passed, None while none did. `paused_since`: since when it stands still · `paused`: how long it did before, on
    the clock on the wall · `warns_at`: when only the `warning` is left, while it runs."""

    kind: Kind
    target: timedelta
    started_at: datetime
    spent: timedelta
    is_running: bool
    due_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None
    paused_since: datetime | None = None
    paused: timedelta = _NOTHING
    warns_at: datetime | None = None

    @property
    def is_paused(self) -> bool:
        return not self.is_running and self.stopped_at is None

    @property
    def is_met(self) -> bool:
        """It was stopped, and in time."""
        return self.stopped_at is not None and self.breached_at is None


def clocks(
    turns: Iterable[tuple[datetime, Turn]],
    *,
    targets: Mapping[Kind, timedelta],
    working_time: WorkingTime,
    now: datetime,
    warnings: Mapping[Kind, timedelta] | None = None,
) -> list[Clock]:
    """Every clock of a case as it stands at `now`, by its start. `turns` are in order and not after `now`, else
    `ValueError`; a kind without a target has no clock. `warnings`: how much of the target is left when it warns."""
    case = _Case(targets, working_time, warnings or {})
    last = None
    for at, turn in turns:
        if (last and at < last) or at > now:
            raise ValueError("turns come in order, and none is still to come")
        case.take(turn, at)
        last = at
    return [hand.shown(now) for hand in case.hands]


class _Case:
    """Which clocks there are, and which of them runs."""

    def __init__(
        self, targets: Mapping[Kind, timedelta], working_time: WorkingTime, warnings: Mapping[Kind, timedelta]
    ):
        self.targets, self.working_time, self.warnings = targets, working_time, warnings
        self.hands: list[_Hand] = []
        self.response: _Hand | None = None
        self.resolution: _Hand | None = None
        self.is_begun = self.is_answered = self.is_waiting = False

    def take(self, turn: Turn, at: datetime) -> None:
        if not self.is_begun:
            self.is_begun = True
            self.resolution = self._start(Kind.RESOLUTION, at)
        match turn:
            case Turn.CUSTOMER_WROTE:
                self._wait_for_us(at)
            case Turn.WE_ANSWERED:
                self.is_answered = True
                self._stop_response(at)
            case Turn.WAITS_ON_CUSTOMER:
                self.is_waiting = True
                self._each(_Hand.pause, at)
            case Turn.GOES_ON:
                self._go_on(at)
            case Turn.RESOLVED:
                self.is_answered, self.is_waiting = True, False
                self._each(_Hand.stop, at)
                self.response = None
            case Turn.REOPENED:
                self._go_on(at)
                if self.resolution:
                    self.resolution.go_on(at)

    def _wait_for_us(self, at: datetime) -> None:
        # Whoever writes no longer keeps us waiting.
        self._go_on(at)
        if self.response is None:
            self.response = self._start(Kind.NEXT_RESPONSE if self.is_answered else Kind.FIRST_RESPONSE, at)

    def _go_on(self, at: datetime) -> None:
        if self.is_waiting:
            self.is_waiting = False
            self._each(_Hand.resume, at)

    def _stop_response(self, at: datetime) -> None:
        if self.response:
            self.response.stop(at)
            self.response = None

    def _start(self, kind: Kind, at: datetime) -> "_Hand | None":
        if kind not in self.targets:
            return None
        hand = _Hand(kind, self.targets[kind], self.working_time, at, self.warnings.get(kind))
        self.hands.append(hand)
        return hand

    def _each(self, move, at: datetime) -> None:
        for hand in (self.response, self.resolution):
            if hand:
                move(hand, at)


class _Hand:
    """One clock while it is followed: `since` is when it last began to run, None while it does not."""

    def __init__(self, kind: Kind, target: timedelta, working_time: WorkingTime, at: datetime, warning=None):
        self.kind, self.target, self.working_time, self.warning = kind, target, working_time, warning
        self.started_at = self.since = at
        self.spent, self.breached_at, self.stopped_at = _NOTHING, None, None
        self.paused_since: datetime | None = None
        self.paused = _NOTHING

    def pause(self, at: datetime) -> None:
        if self.since is not None:
            self.breached_at = self._breached_by(at)
            self.spent += self.working_time.between(self.since, at)
            self.since, self.paused_since = None, at

    def resume(self, at: datetime) -> None:
        if self.since is None and self.stopped_at is None:
            self._end_pause(at)
            self.since = at

    def stop(self, at: datetime) -> None:
        if self.stopped_at is None:
            self._end_pause(at)
            self.pause(at)
            self.stopped_at, self.paused_since = at, None

    def _end_pause(self, at: datetime) -> None:
        if self.paused_since is not None:
            self.paused += at - self.paused_since
            self.paused_since = None

    def go_on(self, at: datetime) -> None:
        """After a stop, with what was spent before."""
        if self.stopped_at is not None:
            self.stopped_at, self.since = None, at

    def shown(self, now: datetime) -> Clock:
        running = self.since is not None
        return Clock(
            kind=self.kind,
            target=self.target,
            started_at=self.started_at,
            spent=self.spent + (self.working_time.between(self.since, now) if running else _NOTHING),
            is_running=running,
            due_at=(self.breached_at or self._due()) if running else None,
            breached_at=self._breached_by(now),
            stopped_at=self.stopped_at,
            paused_since=self.paused_since,
            paused=self.paused,
            warns_at=self._reached(self.target - self.warning) if running and self.warning is not None else None,
        )

    def _breached_by(self, at: datetime) -> datetime | None:
        if self.breached_at is None and self.since is not None and (due := self._due()) and due < at:
            return due
        return self.breached_at

    def _due(self) -> datetime | None:
        return self._reached(self.target)

    def _reached(self, amount: timedelta) -> datetime | None:
        """When so much is spent, if it goes on running; what was spent before is reached at once."""
        try:
            return self.working_time.due(self.since, max(amount - self.spent, _NOTHING))
        except NotReached:
            return None
