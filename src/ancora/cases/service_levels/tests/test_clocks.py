"""Clocks of a case: a table of its turns, and every minute counted by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancora.cases.service_levels.clocks import Kind, Turn, clocks
from ancora.parties.working_time import ROUND_THE_CLOCK, Hours, WorkingTime

ROME = ZoneInfo("Europe/Rome")
OFFICE = WorkingTime(ROME, ((Hours(540, 1080),),) * 5 + ((), ()))
NEVER = WorkingTime(ROME, ((),) * 7)
TARGETS = {
    Kind.FIRST_RESPONSE: timedelta(hours=2),
    Kind.NEXT_RESPONSE: timedelta(hours=4),
    Kind.RESOLUTION: timedelta(hours=16),
}
TURNS = {
    "asks": Turn.CUSTOMER_WROTE,
    "answer": Turn.WE_ANSWERED,
    "wait": Turn.WAITS_ON_CUSTOMER,
    "go on": Turn.GOES_ON,
    "resolve": Turn.RESOLVED,
    "reopen": Turn.REOPENED,
}


def at(text: str) -> datetime:
    """A day of the week that begins on Monday 7 December 2026 (a number beyond 7 is in the next ones), and a time."""
    day, clock_time = text.split()
    hour, minute = map(int, clock_time.split(":"))
    return datetime(2026, 12, 7, hour, minute, tzinfo=ROME) + timedelta(days=int(day) - 1)


def turns_in(story: str) -> list[tuple[datetime, Turn]]:
    """`1 10:00 asks; 1 11:00 answer`."""
    parts = [part.split(" ", 2) for part in story.split("; ")]
    return [(at(f"{day} {clock_time}"), TURNS[what]) for day, clock_time, what in parts]


def told(story: str, now: str, working_time=OFFICE, targets=TARGETS) -> dict:
    """The last clock of each kind."""
    found = clocks(turns_in(story), targets=targets, working_time=working_time, now=at(now))
    return {clock.kind: clock for clock in found}


@pytest.mark.parametrize(
    ("story", "now", "kind", "spent", "due", "breached"),
    [
        ("1 10:00 asks", "1 11:00", "first_response", 1, "1 12:00", None),
        ("1 17:00 asks", "2 09:30", "first_response", 1.5, "2 10:00", None),
        ("6 12:00 asks", "7 12:00", "first_response", 0, "8 11:00", None),
        ("1 10:00 asks", "1 13:00", "first_response", 3, "1 12:00", "1 12:00"),
        ("1 10:00 asks; 1 12:00 answer", "3 10:00", "first_response", 2, None, None),
        ("1 10:00 asks; 1 12:01 answer", "3 10:00", "first_response", 121 / 60, None, "1 12:00"),
        # The second message does not begin the wait anew; the one after our answer does.
        ("1 10:00 asks; 1 11:30 asks", "1 11:30", "first_response", 1.5, "1 12:00", None),
        ("1 10:00 asks; 1 11:00 answer; 1 15:00 asks", "1 16:00", "next_response", 1, "2 10:00", None),
        # Waiting on the customer: three hours before, the rest after.
        ("1 10:00 asks; 1 11:00 answer; 1 13:00 wait", "3 13:00", "resolution", 3, None, None),
        ("1 10:00 asks; 1 13:00 wait; 3 09:00 go on", "3 10:00", "resolution", 4, "4 13:00", None),
        ("1 10:00 asks; 1 11:00 wait; 3 09:00 asks", "3 09:00", "first_response", 1, "3 10:00", None),
        # What was late before it began to wait stays late.
        ("1 10:00 asks; 1 13:00 wait; 3 09:00 go on", "3 09:00", "first_response", 3, "1 12:00", "1 12:00"),
        # Reopened, it goes on with what was spent; the night in between is nobody's.
        ("1 09:00 asks; 1 17:00 resolve; 4 09:00 reopen", "4 10:00", "resolution", 9, "4 17:00", None),
        ("1 09:00 asks; 1 17:00 resolve", "5 09:00", "resolution", 8, None, None),
        ("1 10:00 asks; 1 11:00 resolve", "5 09:00", "first_response", 1, None, None),
        # Ours to begin with: what the customer writes then is no first message.
        ("1 10:00 answer; 1 12:00 asks", "1 13:00", "next_response", 1, "1 16:00", None),
        # Closed when it stops, but after the moment that was promised.
        ("1 16:00 asks; 1 20:00 answer", "2 10:00", "first_response", 2, None, "1 18:00"),
    ],
)
def test_clock_stands(story, now, kind, spent, due, breached):
    clock = told(story, now)[kind]
    assert clock.spent == timedelta(hours=spent)
    assert clock.due_at == (due and at(due))
    assert clock.breached_at == (breached and at(breached))


def test_each_wait_for_an_answer_is_a_clock_of_its_own():
    story = "1 09:00 asks; 1 10:00 answer; 1 11:00 asks; 1 16:00 answer; 2 09:00 answer; 2 10:00 asks"
    found = clocks(turns_in(story), targets=TARGETS, working_time=OFFICE, now=at("2 11:00"))
    assert [(clock.kind, clock.is_met, clock.breached_at) for clock in found] == [
        (Kind.RESOLUTION, False, None),
        (Kind.FIRST_RESPONSE, True, None),
        (Kind.NEXT_RESPONSE, False, at("1 15:00")),
        (Kind.NEXT_RESPONSE, False, None),
    ]


def test_clock_runs_stands_still_or_is_stopped():
    story = ["1 10:00 asks", "1 11:00 wait", "1 12:00 go on", "1 13:00 resolve", "1 14:00 reopen"]
    seen = []
    for number in range(1, len(story) + 1):
        clock = told("; ".join(story[:number]), "1 15:00")[Kind.RESOLUTION]
        seen.append((clock.is_running, clock.is_paused, clock.is_met))
    runs, stands, stopped = (True, False, False), (False, True, False), (False, False, True)
    assert seen == [runs, stands, runs, stopped, runs]


def test_end_of_a_case_is_an_answer():
    found = told("1 10:00 asks; 1 11:00 resolve; 2 10:00 reopen; 2 10:00 asks", "2 11:00")
    assert found[Kind.FIRST_RESPONSE].is_met
    assert found[Kind.NEXT_RESPONSE].due_at == at("2 14:00")


def test_kind_without_a_target_has_no_clock():
    found = told("1 10:00 asks; 1 11:00 wait; 1 12:00 resolve; 1 13:00 reopen", "1 14:00", targets={})
    assert found == {}


def test_calendar_that_never_opens_has_no_due_moment():
    clock = told("1 10:00 asks", "5 10:00", working_time=NEVER)[Kind.FIRST_RESPONSE]
    assert (clock.is_running, clock.due_at, clock.breached_at, clock.spent) == (True, None, None, timedelta(0))


def test_turns_out_of_order_or_of_the_future_are_refused():
    for story, now in (("1 10:00 asks; 1 09:00 answer", "2 09:00"), ("1 10:00 asks", "1 09:00")):
        with pytest.raises(ValueError):
            told(story, now)


turns_of = st.lists(st.tuples(st.integers(0, 600), st.sampled_from(list(Turn))), min_size=1, max_size=12)


def minutes_owed(turns: list[tuple[int, Turn]], until: int, is_open) -> int:
    """The oracle for the resolution: minute by minute, is somebody owed something, and are we there?"""
    waiting = resolved = False
    pending, spent = list(turns), 0
    for minute in range(turns[0][0], until):
        while pending and pending[0][0] <= minute:
            turn = pending.pop(0)[1]
            if turn is Turn.RESOLVED:
                waiting, resolved = False, True
            elif turn is Turn.REOPENED:
                waiting = resolved = False
            elif turn is Turn.WAITS_ON_CUSTOMER:
                waiting = True
            elif turn in (Turn.GOES_ON, Turn.CUSTOMER_WROTE):
                waiting = False
        spent += not waiting and not resolved and is_open(minute)
    return spent


@given(turns_of, st.sampled_from([OFFICE, WorkingTime(ROME, ROUND_THE_CLOCK)]), st.integers(0, 900))
def test_resolution_counts_the_minutes_in_which_we_owe(turns, working_time, target):
    start, minute = datetime(2026, 12, 7, 6, tzinfo=UTC), timedelta(minutes=1)
    turns = sorted(turns, key=lambda one: one[0])
    found = clocks(
        [(start + number * minute, turn) for number, turn in turns],
        targets={Kind.RESOLUTION: target * minute},
        working_time=working_time,
        now=start + 900 * minute,
    )
    owed = minutes_owed(turns, 900, lambda number: working_time.is_open(start + number * minute))
    assert found[0].spent == owed * minute
    if owed > target:
        assert found[0].breached_at is not None
    assert found[0].breached_at is None or owed >= target
