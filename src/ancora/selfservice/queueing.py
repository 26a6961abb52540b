"""How long those wait whom nobody has answered yet, said to them whenever it changes."""

import math
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from ancora.cases.waits.expected import queue_of
from ancora.conversations.chats.words import topic_of
from ancora.conversations.models import ChannelAccount
from ancora.platform.live.lines import tell

_told: dict[int, tuple] = {}


@dataclass(frozen=True, slots=True)
class Place:
    """`ahead`: how many wait before them · `nine_of_ten`: seconds that nine of ten are not kept longer than
    (`cases.waits`), None where nobody can know."""

    conversation_id: int
    ahead: int
    nine_of_ten: float | None

    @property
    def told(self) -> dict:
        """Rounded up to minutes."""
        minutes = None if self.nine_of_ten is None else math.ceil(self.nine_of_ten / 60)
        return {"kind": "wait", "ahead": self.ahead, "minutes": minutes}


_WAITING = """
SELECT account_id, conversation_id FROM conversations_contact
WHERE ended_at IS NULL AND answered_by_id IS NULL AND gone_at IS NULL AND channel = 'chat' ORDER BY started_at, id
"""


def places(*, beside: Collection[int] | None = None) -> list[Place]:
    """Of everybody who waits and is there, or of the accounts in which these conversations do; a constant number of
    queries for each account."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        waiting = cursor.fetchall()
    by_account: dict[int, list[int]] = {}
    for account_id, conversation_id in waiting:
        by_account.setdefault(account_id, []).append(conversation_id)
    if beside is not None:
        by_account = {pk: ids for pk, ids in by_account.items() if not set(ids).isdisjoint(beside)}
    accounts, found = ChannelAccount.objects.select_related("mailbox").in_bulk(by_account), []
    for pk, conversation_ids in by_account.items():
        queue = queue_of(accounts[pk])
        found += [Place(one, ahead, queue.nine_of_ten(ahead)) for ahead, one in enumerate(conversation_ids)]
    return found


def places_of(conversation_ids: Collection[int]) -> dict[int, Place]:
    """Of those of them who wait."""
    found = {one.conversation_id: one for one in places(beside=conversation_ids)}
    return {pk: found[pk] for pk in conversation_ids if pk in found}


def tell_waits() -> None:
    """Everybody who waits hears it when it is another one than this process told last."""
    now = {one.conversation_id: one for one in places()}
    for pk in _told.keys() - now.keys():
        del _told[pk]
    for pk, place in now.items():
        if _told.get(pk) != tuple(place.told.items()):
            tell(topic_of(pk), place.told)
            _told[pk] = tuple(place.told.items())
