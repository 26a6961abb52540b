"""What a person who chats has before them, wherever they are: their chats, how many more they can take, who waits."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import NamedTuple
from zlib import crc32

from django.db import connection

from ancora.conversations.queries import HIDDEN_MAILBOXES
from ancora.platform import clock

MOST_CHATS = 50


class MyChat(NamedTuple):
    """A chat that goes on and is the viewer's. `waits_since`: of the visitor's first line after our last one, None
    when it was answered · `gone_at`: since when the visitor is not there · `is_guest`: a colleague asked them in."""

    reference: int
    conversation_id: int
    customer: str
    unread: int
    waits_since: datetime | None
    gone_at: datetime | None
    is_guest: bool

    @property
    def waited_seconds(self) -> int | None:
        return seconds_since(self.waits_since)


@dataclass(frozen=True, slots=True)
class ChatLoad:
    """`is_used`: whether some chat that the viewer sees is in use · `chats`: the conversations that are theirs, as
    `chats_of` lists them · `holds`: their open cases of chats, as routing counts them, of `limit` (None: nobody said
    one) · `is_away`, `away_until`: whether nothing is given to them · `waiting`: how many visitors nobody has answered
    who are there, `waits_since` since when the first of them, in the case with the number `first`."""

    is_used: bool
    chats: list[int]
    holds: int
    limit: int | None
    is_away: bool
    away_until: datetime | None
    waiting: int
    waits_since: datetime | None
    first: int | None

    @property
    def waited_seconds(self) -> int | None:
        return seconds_since(self.waits_since)

    @property
    def away_seconds(self) -> int | None:
        """How long they are still away; None when nobody knows, or longer than a screen stays."""
        left = self.away_until and ceil((self.away_until - clock.now()).total_seconds())
        return left if left and 0 < left < 86_400 else None

    @property
    def mark(self) -> str:
        """Another one when anything but who waits is not as it was."""
        told = (self.is_used, self.chats, self.holds, self.limit, self.is_away, self.is_away and self.away_until)
        return f"{crc32(repr(told).encode()):x}"

    @property
    def queue_mark(self) -> str:
        """Another one when others wait."""
        return f"{self.waiting}.{self.first or 0}"


class ChatDesk(NamedTuple):
    """`chats`: who waits longest first."""

    load: ChatLoad
    chats: list[MyChat]


# Who sees all has nothing hidden; that is written out, so that the database plans it once.
_HIDDEN = f"ARRAY({HIDDEN_MAILBOXES})"
_NOTHING = "ARRAY[]::bigint[]"
# Whether from one's own cases or from all chats that go on, the database chooses by which are fewer.
_MINE = """
FROM (SELECT c.conversation_id, c.case_id FROM cases_case o
        JOIN cases_caseconversation c ON c.case_id = o.id AND c.until IS NULL
        JOIN conversations_contact s ON s.conversation_id = c.conversation_id AND s.ended_at IS NULL
        WHERE o.owner_id = %(me)s
    UNION SELECT c.conversation_id, c.case_id FROM conversations_chatguest g
        JOIN cases_caseconversation c ON c.conversation_id = g.conversation_id AND c.until IS NULL
        WHERE g.person_id = %(me)s AND g.until IS NULL) i
JOIN conversations_contact t ON t.conversation_id = i.conversation_id AND t.ended_at IS NULL
JOIN cases_case k ON k.id = i.case_id AND k.status NOT IN ('spam', 'trash')
    AND (k.mailbox_ids = '{{}}' OR NOT k.mailbox_ids <@ {hidden})
"""
_CHATS = """
SELECT k.reference, t.conversation_id, u.name, (SELECT count(*) FROM conversations_chatline l
        WHERE l.conversation_id = t.conversation_id AND l.read_at IS NULL AND l.direction = 'in'),
    w.waits_since, t.gone_at, k.owner_id IS DISTINCT FROM %(me)s
{mine}
JOIN customers_customer u ON u.id = k.customer_id
CROSS JOIN LATERAL (SELECT min(l.at) AS waits_since FROM conversations_chatline l
    WHERE l.conversation_id = t.conversation_id AND l.direction = 'in' AND l.number > coalesce((
        SELECT o.number FROM conversations_chatline o WHERE o.conversation_id = t.conversation_id
        AND o.direction = 'out' ORDER BY o.number DESC LIMIT 1), 0)) w
ORDER BY w.waits_since, t.started_at LIMIT {most}
"""
_LOAD = """
WITH shown AS MATERIALIZED (
    SELECT id, is_active FROM conversations_channelaccount WHERE kind = 'chat' AND mailbox_id <> ALL({hidden})
)
SELECT EXISTS (SELECT 1 FROM shown WHERE is_active),
    ARRAY(SELECT t.conversation_id {mine} ORDER BY t.conversation_id LIMIT {most}),
    (SELECT count(*) FROM cases_case WHERE owner_id = %(me)s AND status = 'open' AND channel = 'chat'
        AND NOT is_example),
    coalesce((r.limits->>'chat')::int, (r.limits->>'')::int, (SELECT max(g."limit") FROM cases_teamrouting g
        JOIN parties_membership m ON m.team_id = g.team_id WHERE m.user_id = %(me)s AND g.is_on)),
    coalesce(r.is_away AND (r.away_until IS NULL OR r.away_until > %(now)s), false), r.away_until,
    queue.number, queue.since, queue.first
FROM (SELECT count(*) AS number, min(t.started_at) AS since,
        (array_agg(k.reference ORDER BY t.started_at, t.id))[1] AS first
    FROM conversations_contact t JOIN conversations_conversation k ON k.id = t.conversation_id
    WHERE t.ended_at IS NULL AND t.answered_by_id IS NULL AND t.gone_at IS NULL AND t.channel = 'chat'
        AND t.account_id IN (SELECT id FROM shown)) queue
LEFT JOIN cases_routedagent r ON r.person_id = %(me)s
"""


def chat_desk(viewer) -> ChatDesk:
    """Two queries, one for who has no chat."""
    load = chat_load(viewer)
    return ChatDesk(load, chats_of(viewer) if load.chats else [])


def chat_load(viewer) -> ChatLoad:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(_for(viewer, _LOAD), {"me": viewer.pk, "viewer": viewer.pk, "now": clock.now()})
        return ChatLoad(*cursor.fetchone())


def chats_of(viewer) -> list[MyChat]:
    """The chats that go on and are the viewer's, who waits longest first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_for(viewer, _CHATS), {"me": viewer.pk, "viewer": viewer.pk})
        return [MyChat(*row) for row in cursor.fetchall()]


def seconds_since(moment: datetime | None) -> int | None:
    return max(int((clock.now() - moment).total_seconds()), 0) if moment else None


def _for(viewer, sql: str) -> str:
    hidden = _NOTHING if viewer.is_administrator else _HIDDEN
    return sql.format(mine=_MINE.format(hidden=hidden), hidden=hidden, most=MOST_CHATS)
