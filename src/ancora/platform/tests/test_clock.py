"""There is one present moment, and a told one inside a story."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ancora.platform import clock
from ancora.testing.threads import Aside


def test_present_is_aware_and_in_utc():
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_told_moment_holds_inside_its_block_and_thread_only():
    told = datetime(2026, 11, 1, 12, tzinfo=timezone(timedelta(hours=1)))
    with clock.at(told):
        assert clock.now() == told
        assert clock.now().utcoffset() == timedelta(0)
        with clock.at(told + timedelta(days=1)):
            assert clock.now() == told + timedelta(days=1)
        assert clock.now() == told
        assert Aside(clock.now).result() != told
    assert clock.now() != told


def test_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"), clock.at(datetime(2026, 11, 1)):  # noqa: DTZ001
        pass
