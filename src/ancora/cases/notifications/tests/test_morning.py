"""When a daily digest goes out."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ancora.cases.notifications.mailing import is_morning

ROME = ZoneInfo("Europe/Rome")


@pytest.mark.parametrize(
    ("hour", "age", "goes"),
    [(6, 1, True), (5, 1, False), (7, 1, False), (12, 23, False), (12, 24, True), (6, 0, True)],
)
def test_seven_in_the_persons_zone_or_a_day_late(hour, age, goes):
    now = datetime(2026, 11, 26, hour, 0, tzinfo=UTC)
    assert is_morning(now, now - timedelta(hours=age), ROME) is goes
