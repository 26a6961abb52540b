"""Mails over which a server stumbles, each time it is asked: those behind them do not wait for ever."""

from collections import Counter

# The first times may have been a bad moment of the server.
MOST_REFUSALS = 4
# With the growing waits between them about a minute: a bad line does not last so long at one mail.
MOST_BREAKS = 5


class Stumbles:
    """How often a server refused each mail, or broke off at it, over all attempts to follow a mailbox."""

    def __init__(self) -> None:
        self._refusals: Counter[int] = Counter()
        self._breaks: Counter[int] = Counter()
        self._header_breaks: Counter[int] = Counter()

    def refused(self, uid: int) -> None:
        self._refusals[uid] += 1

    def broke(self, uid: int) -> None:
        self._breaks[uid] += 1

    def broke_at_header(self, uid: int) -> None:
        self._header_breaks[uid] += 1

    def is_refused(self, uid: int) -> bool:
        """Whether it was refused so often that asking again is useless."""
        return self._refusals[uid] >= MOST_REFUSALS

    def breaks_off(self, uid: int) -> bool:
        """Whether the connection broke there so often that the mail itself must be the reason."""
        return self._breaks[uid] >= MOST_BREAKS

    def breaks_off_at_header(self, uid: int) -> bool:
        return self._header_breaks[uid] > 0
