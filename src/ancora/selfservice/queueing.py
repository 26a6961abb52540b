"""How long those wait whom nobody has answered yet, said to them whenever it changes."""

import math
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from ancora.cases.models import RoutedAgent, TeamRouting
from ancora.cases.presence.desks import at_their_desks
from ancora.cases.routing.facts import agents_in, is_away, limits_in
from ancora.conversations.chats.words import topic_of
from ancora.conversations.models import ChannelAccount
from ancora.platform import clock
from ancora.platform.accounts.models import Role, User
from ancora.platform.live.lines import tell
from ancora.selfservice.waiting import Wait, expected_wait

LOOKED_BACK = timedelta(days=30)
MOST_CHATS = 200
_told: dict[int, tuple] = {}


@dataclass(frozen=True, slots=True)
class Place:
    """`ahead`: how many wait before them; `wait` is None where nobody can know."""

    conversation_id: int
    ahead: int
    wait: Wait | None

    @property
    def told(self) -> dict:
        """Rounded up to minutes that nine of ten are not kept longer than."""
        minutes = None if self.wait is None else math.ceil(self.wait.nine_of_ten / 60)
        return {"kind": "wait", "ahead": self.ahead, "minutes": minutes}


_WAITING = """
SELECT account_id, conversation_id FROM conversations_contact
WHERE ended_at IS NULL AND answered_by_id IS NULL AND gone_at IS NULL AND channel = 'chat' ORDER BY started_at, id
"""


def places(*, only: int | None = None) -> list[Place]:
    """Of everybody who waits and is there, or of the account in which one conversation does; six queries at most for
    each account."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        waiting = cursor.fetchall()
    by_account: dict[int, list[int]] = {}
    for account_id, conversation_id in waiting:
        by_account.setdefault(account_id, []).append(conversation_id)
    if only is not None:
        by_account = {pk: ids for pk, ids in by_account.items() if only in ids}
    accounts, found = ChannelAccount.objects.select_related("mailbox").in_bulk(by_account), []
    for pk, conversation_ids in by_account.items():
        known = _capacity(accounts[pk])
        found += [Place(one, ahead, expected_wait(ahead=ahead, **known)) for ahead, one in enumerate(conversation_ids)]
    return found


def place_of(conversation_id: int) -> Place | None:
    """Of one who waits, None for who does not."""
    return next((one for one in places(only=conversation_id) if one.conversation_id == conversation_id), None)


def tell_waits() -> None:
    """Everybody who waits hears it when it is another one than this process told last."""
    now = {one.conversation_id: one for one in places()}
    for pk in _told.keys() - now.keys():
        del _told[pk]
    for pk, place in now.items():
        if _told.get(pk) != tuple(place.told.items()):
            tell(topic_of(pk), place.told)
            _told[pk] = tuple(place.told.items())


_LENGTH = """
SELECT coalesce(avg(seconds), 0)::float, count(*) FROM (
    SELECT extract(epoch FROM ended_at - answered_at) AS seconds FROM conversations_contact
    WHERE account_id = %s AND started_at > %s AND ended_at IS NOT NULL AND answered_at IS NOT NULL
    ORDER BY started_at DESC LIMIT %s) l
"""
_TAKEN = """
SELECT count(*) FROM conversations_contact
WHERE ended_at IS NULL AND channel = 'chat' AND answered_by_id = ANY(%s)
"""


def _capacity(account: ChannelAccount) -> dict:
    """What those who are there can take, what they have, and how long a chat of this account lasts."""
    team_id = account.mailbox.team_id
    everybody = agents_in([team_id])[team_id] if team_id else list(_agents())
    rows = {one.person_id: one for one in RoutedAgent.objects.filter(person__in=everybody)}
    terms = TeamRouting.objects.filter(team=team_id).first() if team_id else None
    now, here, found = clock.now(), at_their_desks([one.pk for one in everybody]), {}
    for pk in here:
        row = rows.get(pk) or RoutedAgent(person_id=pk)
        if not is_away(row, now):
            limits = limits_in(row.limits, terms)
            found[pk] = limits.get("chat", limits[""])
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, [list(found)])
        [taken] = cursor.fetchone()
        cursor.execute(_LENGTH, [account.pk, now - LOOKED_BACK, MOST_CHATS])
        seconds, seen = cursor.fetchone()
    return {"places": sum(found.values()), "taken": taken, "chat_seconds": seconds, "seen": seen}


def _agents():
    return User.objects.filter(is_active=True).exclude(role=Role.OBSERVER)
