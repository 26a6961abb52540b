"""Chance that falls the same way at every run."""

import random


def dice(seed: str) -> random.Random:
    """A generator of its own for `seed`, so that a change in one text moves nothing elsewhere."""
    return random.Random(seed)  # noqa: S311 - it lays out a demo, nothing secret hangs on it
