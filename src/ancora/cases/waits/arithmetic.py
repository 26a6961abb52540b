"""How long somebody who waits in a queue will wait: pure arithmetic, and None where it is not known.

With all n places busy, each becoming free after an exponential time of mean m, the one behind `ahead` others waits the
sum of ahead + 1 such times: an Erlang distribution with shape ahead + 1 and rate n / m. Its mean (ahead + 1) · m / n is
the queue-length estimator of Ibrahim and Whitt (Real-time delay estimation based on delay history, 2009). Who gives up
ahead makes it shorter: it is an upper estimate, and said as one.

Where the queue says nothing, the delay history does, which needs no model of it (the same authors): the 0.9 quantile of
the last waits.
"""

import math
from dataclasses import dataclass

# Fewer chats than these say nothing about how long one takes, or waits.
LEAST_SEEN = 10


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds: on average, and what nine of ten are not kept longer than."""

    mean: float
    nine_of_ten: float


NO_WAIT = Wait(0.0, 0.0)


def queue_wait(*, ahead: int, places: int, taken: int, chat_seconds: float, seen: int) -> Wait | None:
    """For the next one in the queue: `ahead` wait before them, `taken` of `places` (chats that all who are there can
    have at once) are taken, a chat lasts `chat_seconds` as an average of `seen` ones. None when nobody is there, or
    when too few were seen; `NO_WAIT` while there is a place for them."""
    if places <= 0:
        return None
    if ahead < places - taken:
        return NO_WAIT
    if seen < LEAST_SEEN or chat_seconds <= 0:
        return None
    # Free places are filled by those ahead first.
    shape = max(ahead - max(places - taken, 0), 0) + 1
    rate = places / chat_seconds
    return Wait(shape / rate, erlang_quantile(0.9, shape, rate))


def nine_of_ten(waits: list[float]) -> float | None:
    """What nine of ten of these waits are not longer than, in seconds; infinite ones were not answered. None where too
    few are known, or more than one of ten were not answered."""
    if len(waits) < LEAST_SEEN:
        return None
    found = sorted(waits)[math.ceil(0.9 * len(waits)) - 1]
    return found if math.isfinite(found) else None


def erlang_quantile(share: float, shape: int, rate: float) -> float:
    """The time within which the sum of `shape` exponential times of this rate lies with probability `share`."""
    low, high = 0.0, (shape + 10 * math.sqrt(shape) + 50) / rate
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if _erlang_within(middle * rate, shape) < share else (low, middle)
    return (low + high) / 2


def _erlang_within(x: float, shape: int) -> float:
    """P(sum of `shape` exponential times of rate 1 ≤ x) = 1 − Σ e^(−x) x^k / k! for k < shape."""
    if x <= 0:
        return 0.0
    return 1 - math.fsum(math.exp(-x + k * math.log(x) - math.lgamma(k + 1)) for k in range(shape))
