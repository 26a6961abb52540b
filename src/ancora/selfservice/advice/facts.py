"""What stands behind advice and changes by the minute, asked once a minute for each chat: every open widget asks."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ancora.conversations.models import ChannelAccount
from ancora.parties.calendar_queries import calendar_of, working_time_of
from ancora.parties.working_time import NotReached
from ancora.platform import clock
from ancora.selfservice.advice.counting import Solved, first_answer_of, solved_counts
from ancora.selfservice.now import Now, now_of

FRESH_SECONDS = 60.0
MOST_KEPT = 200
_kept: dict[str, tuple] = {}
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
    """Not older than a minute; a constant number of queries when they are."""
    # Whoever comes meanwhile waits for the one who asks, instead of asking as well.
    with _turn:
        at, found = _kept.get(account.token_digest, (0.0, None))
        if found is None or time.monotonic() - at > FRESH_SECONDS:
            if len(_kept) >= MOST_KEPT:
                _kept.clear()
            found = _asked(account)
            _kept[account.token_digest] = (time.monotonic(), found)
    return found


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
        counts=solved_counts(),
        names={pk: (kind, name) for pk, kind, name in others.values_list("pk", "kind", "name")},
    )
