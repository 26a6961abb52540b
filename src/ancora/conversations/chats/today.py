"""The queue of one day, honestly: all who began to wait, whatever became of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from ancora.conversations.chats.models import Ending
from ancora.conversations.models import ChannelAccount
from ancora.conversations.queries import mailboxes
from ancora.platform import clock

# Who leaves sooner changed their mind, and did not tire of waiting: shown apart, and not left out.
SHORT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Silent:
    """How many left without a sign and were answered all the same: `estimate`, surely not fewer than `least` and not
    more than `most`.

    Castellanos, Yom-Tov and Goldberg (Silent abandonment in contact centers, arXiv 2304.11754) call so the customers
    who left the queue unnoticed, took an agent's place, and are counted as served. They must infer them, because one
    who writes nothing after the first answer may as well have been served by it. We know whether that answer was on a
    screen while the session lasted: least = it never was delivered; estimate = it was never read; most = nothing was
    written after it. Only sessions that have ended are asked.
    """

    least: int
    estimate: int
    most: int


@dataclass(frozen=True, slots=True)
class Today:
    """`offered` = answered + abandoned + parked + waiting; `short` are those of the abandoned who left within five
    seconds. Waits are of all offered, in seconds: of the answered until the answer, of those who left until they left,
    of those who wait until now; None without any."""

    offered: int
    answered: int
    abandoned: int
    short: int
    parked: int
    waiting: int
    gone: int
    mean_wait: float | None
    nine_of_ten: float | None
    longest: float | None
    silent: Silent


# Of a session `m`, by the name under which a number of the day is told.
NUMBERS = {
    "offered": "true",
    "answered": "m.answered_at IS NOT NULL",
    "abandoned": "m.answered_at IS NULL AND m.ended_at IS NOT NULL AND m.ending <> 'parked'",
    "parked": "m.answered_at IS NULL AND m.ended_at IS NOT NULL AND m.ending = 'parked'",
    "waiting": "m.answered_at IS NULL AND m.ended_at IS NULL",
    "silent": "f.is_unread",
}
# `f` only of those that have ended and in which nothing was written after our first answer.
_MET = """
FROM (
    SELECT t.id, t.conversation_id, t.started_at, t.answered_at, t.answered_by_id, t.ended_at, t.ending, t.gone_at,
        greatest(extract(epoch FROM
            coalesce(t.answered_at, t.gone_at, t.ended_at, %(now)s) - t.started_at), 0)::float AS wait
    FROM conversations_contact t
    WHERE t.account_id = ANY(%(accounts)s) AND t.started_at >= %(since)s AND t.started_at <= %(now)s
) m LEFT JOIN LATERAL (
    SELECT l.delivered_at IS NULL OR l.delivered_at > m.ended_at AS is_missed,
        l.read_at IS NULL OR l.read_at > m.ended_at AS is_unread
    FROM conversations_chatline l
    WHERE m.ended_at IS NOT NULL AND l.conversation_id = m.conversation_id AND l.direction = 'out'
        AND l.at >= m.answered_at AND NOT EXISTS (SELECT 1 FROM conversations_chatline i
            WHERE i.conversation_id = m.conversation_id AND i.direction = 'in'
            AND i.at > m.answered_at AND i.at <= m.ended_at)
    ORDER BY l.number LIMIT 1) f ON true
"""
_TODAY = f"""
SELECT count(*), count(*) FILTER (WHERE {NUMBERS["answered"]}), count(*) FILTER (WHERE {NUMBERS["abandoned"]}),
    count(*) FILTER (WHERE {NUMBERS["abandoned"]} AND wait < %(short)s), count(*) FILTER (WHERE {NUMBERS["parked"]}),
    count(*) FILTER (WHERE {NUMBERS["waiting"]}), count(*) FILTER (WHERE {NUMBERS["waiting"]} AND gone_at IS NOT NULL),
    avg(wait), percentile_cont(0.9) WITHIN GROUP (ORDER BY wait), max(wait),
    count(*) FILTER (WHERE f.is_missed), count(*) FILTER (WHERE f.is_unread), count(f.is_unread)
{_MET}
"""  # noqa: S608


def chat_today(accounts: Collection[ChannelAccount], *, since: datetime) -> Today:
    """The sessions of these accounts that began since then; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_TODAY, _asked(accounts, since) | {"short": SHORT_SECONDS})
        *told, least, estimate, most = cursor.fetchone()
    return Today(*told, Silent(least, estimate, most))


def _asked(accounts: Collection[ChannelAccount], since: datetime) -> dict:
    return {"accounts": [one.pk for one in accounts], "since": since, "now": clock.now()}


@dataclass(frozen=True, slots=True)
class Session:
    """One that a number of the day counts. `wait`: seconds, as in `Today` · `ending`: who ended it, in words, empty
    while it goes on."""

    reference: int
    customer: str
    answered_by: str
    started_at: datetime
    wait: float
    ending: str


MOST_SESSIONS = 500


def sessions_behind(number: str, accounts: Collection[ChannelAccount], *, since: datetime) -> list[Session]:
    """Those that this one of the `NUMBERS` counts, the newest first; one query."""
    sql = f"""
    SELECT k.reference, u.name, coalesce(o.name, ''), m.started_at, m.wait, m.ending {_MET}
    JOIN conversations_conversation k ON k.id = m.conversation_id JOIN customers_customer u ON u.id = k.customer_id
    LEFT JOIN accounts_user o ON o.id = m.answered_by_id
    WHERE {NUMBERS[number]} ORDER BY m.started_at DESC, m.id DESC LIMIT {MOST_SESSIONS}
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, _asked(accounts, since))
        return [Session(*known, _ending(value)) for *known, value in cursor.fetchall()]


def _ending(value: str) -> str:
    return str(Ending(value).label) if value else ""


def chat_accounts(viewer) -> list[ChannelAccount]:
    """The chats of mailboxes that the viewer sees, by name."""
    return list(ChannelAccount.objects.filter(kind="chat", mailbox__in=mailboxes(viewer)).order_by("name", "id"))


@dataclass(frozen=True, slots=True)
class Running:
    """A chat that goes on now, for who may read along. `answered_by` is empty while nobody has it."""

    reference: int
    customer: str
    answered_by: str
    started_at: datetime
    is_gone: bool


_RUNNING = """
SELECT k.reference, u.name, coalesce(o.name, ''), t.started_at, t.gone_at IS NOT NULL
FROM conversations_contact t JOIN conversations_conversation k ON k.id = t.conversation_id
JOIN customers_customer u ON u.id = k.customer_id LEFT JOIN accounts_user o ON o.id = t.answered_by_id
WHERE t.ended_at IS NULL AND t.account_id = ANY(%s) ORDER BY t.answered_by_id IS NOT NULL, t.started_at, t.id LIMIT %s
"""
MOST_RUNNING = 200


def running_chats(accounts: Collection[ChannelAccount]) -> list[Running]:
    """Who waits first, the longest waiting before the others; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_RUNNING, [[one.pk for one in accounts], MOST_RUNNING])
        return [Running(*row) for row in cursor.fetchall()]
