"""How far an import is, on the terminal: a line that is written over, or one now and then in a log."""

import sys
import time
from collections import Counter

LINE_SECONDS, LOG_SECONDS = 0.5, 15


class Progress:
    """Told of every batch; says how many mails, how fast, and how long it will still take."""

    def __init__(self, total: int) -> None:
        self._total, self._began_at, self._said_at = total, time.monotonic(), 0.0
        self._is_line = sys.stderr.isatty()
        self._first: int | None = None

    def look(self, outcomes: Counter, behind: int) -> None:
        now = time.monotonic()
        if self._first is None:
            # What an earlier run took in is passed at once and says nothing of the pace.
            self._first = behind
        if now - self._said_at < (LINE_SECONDS if self._is_line else LOG_SECONDS):
            return
        self._said_at = now
        line = said(outcomes.total(), now - self._began_at, self._first, behind, self._total)
        print(
            f"\r\033[K{line}" if self._is_line else line, end="" if self._is_line else "\n", file=sys.stderr, flush=True
        )

    def end(self) -> None:
        if self._is_line:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def said(mails: int, seconds: float, first: int, behind: int, total: int) -> str:
    words = f"{mails:,} mails"
    if seconds > 0:
        words += f" · {mails / seconds:.0f} a second"
    if total:
        words += f" · {min(behind / total, 1):.0%}"
    if behind > first and behind < total:
        words += f" · {_length(seconds * (total - behind) / (behind - first))} left"
    return words


def _length(seconds: float) -> str:
    for unit, length in (("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"about {round(seconds / length)} {unit}"
    return f"about {max(1, round(seconds))} seconds"
