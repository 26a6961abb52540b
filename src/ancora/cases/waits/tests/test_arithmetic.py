"""The expected wait, against closed forms and against a queue that is played."""

import heapq
import math
import random
import statistics

import pytest

from ancora.cases.waits.arithmetic import LEAST_SEEN, NO_WAIT, erlang_quantile, nine_of_ten, queue_wait


def test_nobody_waits_where_there_is_room():
    assert queue_wait(ahead=0, places=3, taken=2, chat_seconds=300, seen=0) == NO_WAIT


@pytest.mark.parametrize(
    "given",
    [
        {"ahead": 0, "places": 0, "taken": 0, "chat_seconds": 300, "seen": 100},
        {"ahead": 2, "places": 3, "taken": 3, "chat_seconds": 300, "seen": 9},
        {"ahead": 2, "places": 3, "taken": 3, "chat_seconds": 0, "seen": 100},
    ],
)
def test_what_is_not_known_is_not_said(given):
    assert queue_wait(**given) is None


def test_closed_forms():
    # One exponential time: −ln(0.1) / rate; the mean is (ahead + 1) · m / n.
    assert erlang_quantile(0.9, 1, 2) == pytest.approx(math.log(10) / 2)
    # The median of Erlang(2, 1) solves (1 + x) e^−x = 1/2.
    half = erlang_quantile(0.5, 2, 1)
    assert (1 + half) * math.exp(-half) == pytest.approx(0.5)
    wait = queue_wait(ahead=4, places=5, taken=5, chat_seconds=600, seen=100)
    assert wait.mean == pytest.approx(600)


def test_a_queue_that_is_played_waits_as_long():
    """Six ahead of us, four busy places, chats of exponential length."""
    generator, waited = random.Random(11), []
    for _ in range(4000):
        free_at = [generator.expovariate(1 / 300) for _ in range(4)]
        heapq.heapify(free_at)
        for _ahead in range(6):
            heapq.heapreplace(free_at, free_at[0] + generator.expovariate(1 / 300))
        waited.append(free_at[0])
    wait = queue_wait(ahead=6, places=4, taken=4, chat_seconds=300, seen=1000)
    assert wait.mean == pytest.approx(statistics.fmean(waited), rel=0.05)
    assert wait.nine_of_ten == pytest.approx(statistics.quantiles(waited, n=10)[8], rel=0.05)


def test_a_longer_queue_never_waits_less():
    waits = [queue_wait(ahead=n, places=3, taken=2, chat_seconds=100, seen=50).mean for n in range(50)]
    assert waits == sorted(waits)


def test_history_is_asked_for_its_quantile():
    assert nine_of_ten([60.0] * (LEAST_SEEN - 1)) is None
    assert nine_of_ten([float(n) for n in range(1, 11)]) == 9
    assert nine_of_ten([1.0] * 9 + [math.inf]) == 1
    assert nine_of_ten([1.0] * 8 + [math.inf] * 2) is None
