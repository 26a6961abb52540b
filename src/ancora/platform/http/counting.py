"""How often somebody came in this minute to this process. Only in memory: a statement for each would cost more than
what is counted."""

import time
from collections import Counter

# Whoever invents a token for each knock makes us forget the others, and fills nothing.
MOST_KNOWN = 20_000


class MinuteCounts:
    """By whatever names who comes."""

    def __init__(self) -> None:
        self._minute, self._counts = 0, Counter()

    def count(self, who: str) -> int:
        """How often they came in this minute, with this time."""
        minute = int(time.monotonic() // 60)
        if minute != self._minute or len(self._counts) >= MOST_KNOWN:
            self._minute, self._counts = minute, Counter()
        self._counts[who] += 1
        return self._counts[who]
