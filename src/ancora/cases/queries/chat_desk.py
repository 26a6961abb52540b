"""What a person who chats has before them, wherever they are: their chats, how many more they can take, who waits."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import NamedTuple

from django.db import connection

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
class ChatDesk:
    """`chats`: who waits longest first · `is_used`: whether some chat that the viewer sees is in use · `holds`: their
    open cases of chats, as routing counts them, of `limit` (None: nobody said one) · `is_away`, `away_until`: whether
    nothing is given to them · `waiting`: how many visitors nobody has answered who are there, `waits_since` since when
    the first of them, in the case with the number `first`."""

    chats: list[MyChat]
    is_used: bool
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


_DESK = """
WITH hidden AS (
    SELECT coalesce(array_agg(mailbox_id), '{}') AS ids FROM (SELECT mailbox_id FROM conversations_mailbox_teams
    WHERE NOT %(sees_all)s GROUP BY mailbox_id
    HAVING NOT bool_or(team_id IN (SELECT team_id FROM parties_membership WHERE user_id = %(me)s))) h
), mine AS (
    SELECT k.reference, t.conversation_id, u.name, l.unread, l.waits_since, t.gone_at,
        k.owner_id IS DISTINCT FROM %(me)s AS is_guest, t.started_at
    FROM conversations_contact t
    JOIN cases_caseconversation c ON c.conversation_id = t.conversation_id AND c.until IS NULL
    JOIN cases_case k ON k.id = c.case_id JOIN customers_customer u ON u.id = k.customer_id CROSS JOIN hidden
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE read_at IS NULL) AS unread, min(at) FILTER (WHERE number > coalesce((
            SELECT max(o.number) FROM conversations_chatline o
            WHERE o.conversation_id = t.conversation_id AND o.direction = 'out'), 0)) AS waits_since
        FROM conversations_chatline i WHERE i.conversation_id = t.conversation_id AND i.direction = 'in') l
    WHERE t.ended_at IS NULL AND k.status NOT IN ('spam', 'trash') AND (k.owner_id = %(me)s
        OR EXISTS (SELECT 1 FROM conversations_chatguest g
            WHERE g.conversation_id = t.conversation_id AND g.person_id = %(me)s AND g.until IS NULL))
        AND NOT (k.mailbox_ids <@ hidden.ids AND cardinality(k.mailbox_ids) > 0)
    ORDER BY l.waits_since, t.started_at LIMIT %(most)s
), shown AS (
    SELECT a.id, a.is_active FROM conversations_channelaccount a CROSS JOIN hidden
    WHERE a.kind = 'chat' AND a.mailbox_id <> ALL(hidden.ids)
), queue AS (
    SELECT count(*) AS number, min(t.started_at) AS since,
        (array_agg(k.reference ORDER BY t.started_at, t.id))[1] AS first
    FROM conversations_contact t JOIN conversations_conversation k ON k.id = t.conversation_id
    WHERE t.ended_at IS NULL AND t.answered_by_id IS NULL AND t.gone_at IS NULL AND t.channel = 'chat'
        AND t.account_id IN (SELECT id FROM shown)
)
SELECT (SELECT json_agg(json_build_array(reference, conversation_id, name, unread, waits_since, gone_at, is_guest)
        ORDER BY waits_since, started_at) FROM mine),
    EXISTS (SELECT 1 FROM shown WHERE is_active),
    (SELECT count(*) FROM cases_case WHERE owner_id = %(me)s AND status = 'open' AND channel = 'chat'
        AND NOT is_example),
    coalesce((r.limits->>'chat')::int, (r.limits->>'')::int, (SELECT max(g."limit") FROM cases_teamrouting g
        JOIN parties_membership m ON m.team_id = g.team_id WHERE m.user_id = %(me)s AND g.is_on)),
    coalesce(r.is_away AND (r.away_until IS NULL OR r.away_until > %(now)s), false), r.away_until,
    queue.number, queue.since, queue.first
FROM queue LEFT JOIN cases_routedagent r ON r.person_id = %(me)s
"""


def chat_desk(viewer) -> ChatDesk:
    """One query, whatever there is."""
    asked = {"me": viewer.pk, "sees_all": viewer.is_administrator, "now": clock.now(), "most": MOST_CHATS}
    with connection.cursor() as cursor:
        cursor.execute(_DESK, asked)
        mine, *rest = cursor.fetchone()
    return ChatDesk([_chat(*row) for row in mine or ()], *rest)


def chats_of(viewer) -> list[MyChat]:
    """The chats that go on and are the viewer's, who waits longest first."""
    return chat_desk(viewer).chats


def seconds_since(moment: datetime | None) -> int | None:
    return max(int((clock.now() - moment).total_seconds()), 0) if moment else None


def _chat(reference, conversation_id, customer, unread, waits_since, gone_at, is_guest) -> MyChat:
    since, gone = (datetime.fromisoformat(one) if one else None for one in (waits_since, gone_at))
    return MyChat(reference, conversation_id, customer, unread, since, gone, is_guest)
