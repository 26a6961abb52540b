"""What stands behind advice, asked once a minute for each chat, and counts of months every ten minutes: every open
widget asks."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ancora.conversations.models import ChannelAccount
from ancora.parties.calendar_queries import calendar_of, working_time_of
from ancora.parties.working_time import NotReached
from ancora.platform import clock
from ancora.selfservice.advice.counting import Solved, first_answer_of, solved_counts
from ancora.selfservice.now import Now, now_of

FRESH_SECONDS, FRESH_COUNTS = 60.0, 600.0
MOST_KEPT = 400
_kept: dict[tuple[str, str], tuple[float, object]] = {}
# Whoever comes meanwhile waits for the one who asks, instead of asking as well.
_turn = threading.Lock()


@dataclass(frozen=True, slots=True)
class Facts:
    """`opens_at`: by the calendar of the mailbox's team, None while it is open; `first_answer`: of mails, in working
    time, and `answer_due`: when one that is written now has it; `names`: of accounts in use that are no chat, by id,
    with their kinds."""

    now: Now
    opens_at: datetime | None
    is_open: bool
    first_answer: timedelta | None
    answer_due: datetime | None
    counts: Mapping[str, Solved]
    names: Mapping[int, tuple[str, str]]


def facts_of(account: ChannelAccount) -> Facts:
    """Not older than a minute, its counts than ten; a constant number of queries when they are."""
    with _turn:
        return _fresh("facts", account, FRESH_SECONDS, lambda: _asked(account))


def _fresh[T](what: str, account: ChannelAccount, seconds: float, ask: Callable[[], T]) -> T:
    key, now = (what, account.token_digest), time.monotonic()
    kept = _kept.get(key)
    if kept is None or now - kept[0] >= seconds:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        kept = _kept[key] = (now, ask())
    return kept[1]


def _asked(account: ChannelAccount) -> Facts:
    hours, now = working_time_of(calendar_of(account.mailbox.team)), clock.now()
    first_answer = first_answer_of(account.mailbox, hours)
    try:
        due = hours.due(now, first_answer) if first_answer is not None else None
    except NotReached:
        due = None
    others = ChannelAccount.objects.filter(is_active=True).exclude(kind="chat")
    is_open = hours.is_open(now)
    return Facts(
        now=now_of(account),
        opens_at=None if is_open else hours.next_opening(now),
        is_open=is_open,
        first_answer=first_answer,
        answer_due=due,
        counts=_fresh("counts", account, FRESH_COUNTS, solved_counts),
        names={pk: (kind, name) for pk, kind, name in others.values_list("pk", "kind", "name")},
    )
