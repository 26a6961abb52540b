from datetime import UTC, datetime, timedelta

import pytest

from ancora.demo.company.opening_hours import after, before, waking, working


@pytest.mark.parametrize(
    ("start", "hours", "window", "end"),
    [
        ("2026-11-19T09:00", 2, working, "2026-11-19T11:00"),
        ("2026-11-19T17:00", 2, working, "2026-11-20T09:00"),
        ("2026-11-21T11:30", 1, working, "2026-11-23T08:00"),
        ("2026-11-22T03:00", 0, working, "2026-11-23T07:30"),
        ("2026-11-19T22:00", 1, waking, "2026-11-20T06:30"),
        ("2026-10-24T21:00", 1, waking, "2026-10-25T06:30"),
    ],
)
def test_time_passes_only_inside_the_window(start: str, hours: int, window: object, end: str) -> None:
    moment, expected = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, end))
    assert after(moment, timedelta(hours=hours), window) == expected


def test_before_undoes_after() -> None:
    moment = datetime(2026, 10, 23, 14, 10, tzinfo=UTC)
    for hours in (1, 7, 30, 200):
        assert before(after(moment, timedelta(hours=hours), waking), timedelta(hours=hours), waking) == moment
