"""What is known of the queue of one chat, and what that means for whoever waits in it."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from ancora.cases.models import RoutedAgent, TeamRouting
from ancora.cases.presence.desks import at_their_desks
from ancora.cases.routing.facts import agents_in, is_away, limits_in
from ancora.cases.waits.arithmetic import NO_WAIT, nine_of_ten, queue_wait
from ancora.conversations.models import ChannelAccount, Contact
from ancora.parties.calendar_queries import calendar_of, working_time_of
from ancora.parties.working_time import WorkingTime
from ancora.platform import clock
from ancora.platform.accounts.models import Role, User

# How far back, and how many of the last: older ones say little of today.
LOOKED_BACK, MOST_CHATS = timedelta(days=30), 200
RECENT, MOST_WAITS = timedelta(days=14), 50
# Who still waits after that counts as not answered.
PATIENCE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Queue:
    """What is known now of the queue of a chat. `waiting`: who is there and whom nobody has answered · `places`: how
    many chats those who are there can have at once, None where nobody said how many that is · `taken`: how many they
    have · `chat_seconds`: how long one lasts, on average of the last `seen` · `history`: seconds that nine of ten of
    the last chats did not wait longer, None where too few are known or more than one of ten were not answered."""

    is_anybody_here: bool
    waiting: int
    places: int | None
    taken: int
    chat_seconds: float
    seen: int
    history: float | None

    def nine_of_ten(self, ahead: int) -> float | None:
        """Seconds within which nine of ten are answered with `ahead` before them; None where nobody can know, or nobody
        is there to answer.

        While all places are taken, the queue says it (`arithmetic.queue_wait`). A place that is free is no answer yet:
        how long it takes until somebody looks, the last chats say, and so they do where no limit was set or too few
        chats were seen; a free place without a history is no wait."""
        if not self.is_anybody_here:
            return None
        wait = None
        if self.places is not None:
            known = {"taken": self.taken, "chat_seconds": self.chat_seconds, "seen": self.seen}
            wait = queue_wait(ahead=ahead, places=self.places, **known)
        if wait is None or wait == NO_WAIT:
            return self.history if self.history is not None else wait and wait.nine_of_ten
        return wait.nine_of_ten

    @property
    def next_nine_of_ten(self) -> float | None:
        """Of who writes now, behind all who wait."""
        return self.nine_of_ten(self.waiting)


NOBODY = Queue(False, 0, None, 0, 0, 0, None)


def expected_wait(account: ChannelAccount) -> float | None:
    """For somebody who writes now, behind all who wait: seconds within which nine of ten are answered, or None."""
    return queue_of(account).next_nine_of_ten


def queue_of(account: ChannelAccount, hours: WorkingTime | None = None) -> Queue:
    """A constant number of queries. `hours`: when the chat is open, where that was asked already."""
    now, open_desks = clock.now(), at_their_desks(_people(account))
    rows = {one.person_id: one for one in RoutedAgent.objects.filter(person__in=open_desks)}
    here = [pk for pk in open_desks if pk not in rows or not is_away(rows[pk], now)]
    if not here:
        return NOBODY
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"account": account.pk, "here": here, "since": now - LOOKED_BACK, "most": MOST_CHATS})
        waiting, taken, seconds, seen = cursor.fetchone()
    places = _places(account, [rows[pk].limits if pk in rows else {} for pk in here])
    history = nine_of_ten(_waits(account, hours or hours_of(account), now))
    return Queue(True, waiting, places, taken, seconds, seen, history)


def hours_of(account: ChannelAccount) -> WorkingTime:
    """When the chat is open: as the mailbox's team, else the organisation, unless it always is."""
    always = account.settings.get("is_always_open") is True
    return working_time_of(None if always else calendar_of(account.mailbox.team))


_COUNTS = """
SELECT (SELECT count(*) FROM conversations_contact WHERE account_id = %(account)s AND ended_at IS NULL
        AND answered_by_id IS NULL AND gone_at IS NULL AND channel = 'chat'),
    (SELECT count(*) FROM conversations_contact
        WHERE ended_at IS NULL AND channel = 'chat' AND answered_by_id = ANY(%(here)s)),
    coalesce(avg(seconds), 0)::float, count(*)
FROM (SELECT extract(epoch FROM ended_at - answered_at) AS seconds FROM conversations_contact
    WHERE account_id = %(account)s AND started_at > %(since)s AND ended_at IS NOT NULL AND answered_at IS NOT NULL
    ORDER BY started_at DESC LIMIT %(most)s) l
"""


def _people(account: ChannelAccount) -> list[int]:
    """Who may answer: of the team that gets the cases, else of those that see the mailbox, else all."""
    mailbox = account.mailbox
    teams = [mailbox.team_id] if mailbox.team_id else list(mailbox.teams.values_list("pk", flat=True))
    if teams:
        return sorted({person.pk for members in agents_in(teams).values() for person in members})
    return list(User.objects.filter(is_active=True).exclude(role=Role.OBSERVER).values_list("pk", flat=True))


def _places(account: ChannelAccount, limits: list[dict[str, int]]) -> int | None:
    """With these limits of their own; None where somebody has none and chats are not given out."""
    team_id, terms = account.mailbox.team_id, None
    if team_id:
        terms = TeamRouting.objects.filter(team=team_id, is_on=True).first()
    if terms is None and not all({"chat", ""} & own.keys() for own in limits):
        return None
    known = [limits_in(own, terms) for own in limits]
    return sum(one.get("chat", one[""]) for one in known)


def _waits(account: ChannelAccount, hours: WorkingTime, now: datetime) -> list[float]:
    """Of the last chats that began while it was open; who gave up, or still waits after an hour, waits for ever."""
    found = Contact.objects.filter(account=account, started_at__gt=now - RECENT).order_by("-started_at")
    waits = []
    for started, answered, ended in found.values_list("started_at", "answered_at", "ended_at")[: 2 * MOST_WAITS]:
        if hours.is_open(started) and (answered or ended or started < now - PATIENCE):
            waits.append((answered - started).total_seconds() if answered else math.inf)
    return waits[:MOST_WAITS]
