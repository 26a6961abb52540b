"""Mails over which a server breaks off, each time it is asked: those behind them do not wait for ever."""

from collections import Counter

# With the growing waits between them about a minute: a bad line does not last so long at one mail.
MOST_TIMES = 5
_times: Counter[tuple] = Counter()


def stumbled(*where: object) -> None:
    """The connection broke at this mail."""
    _times[where] += 1


def is_given_up(*where: object, most: int = MOST_TIMES) -> bool:
    """Whether it broke there so often, since this process began, that the mail itself must be the reason."""
    return _times[where] >= most
