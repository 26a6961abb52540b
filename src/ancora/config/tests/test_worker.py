"""How soon the worker looks again."""

import asyncio
import time

import pytest

from ancora.config import worker

pytestmark = pytest.mark.usefixtures("db")


def _looked(results: list[int], *, seconds: float, apart: float = 0.2) -> list[int]:
    """What the step did each time that it ran, while a notice comes every ten milliseconds."""
    did, given = [], iter(results)

    def step() -> int:
        did.append(next(given))
        return did[-1]

    async def run() -> None:
        wake, stop = asyncio.Event(), asyncio.Event()
        began = time.monotonic()
        part = asyncio.create_task(worker._repeat(step, wake, stop, apart=apart, full=100))
        while time.monotonic() < began + seconds:
            wake.set()
            await asyncio.sleep(0.01)
        stop.set()
        wake.set()
        await asyncio.wait_for(part, 5)

    asyncio.run(run())
    return did


def test_what_comes_all_the_time_is_taken_together_and_the_first_at_once():
    assert 2 <= len(_looked([3] * 100, seconds=0.9)) <= 5
    assert len(_looked([3] * 100, seconds=0.5, apart=60)) == 1


def test_a_full_batch_is_followed_at_once_and_nothing_waits_for_a_notice():
    assert len(_looked([100, 100, 100, 0, 1], seconds=1, apart=60)) == 5


def test_whoever_stops_it_does_not_wait_for_the_next_batch():
    began = time.monotonic()
    _looked([1] * 100, seconds=0.1, apart=60)
    assert time.monotonic() - began < 5
