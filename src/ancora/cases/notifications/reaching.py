"""Whom news reach, and how they want to hear of it: in plain SQL, since every line of a chat asks.

A chat is one piece of news until it was looked at: while one *stands* of it, for that person and of that kind, another
line is not told. It stands unread for at most half a day, and only where it went the ways that the person wants. Who is
called elsewhere, by mail or push, and answered without looking here has looked. A push that was left out, because the
person was at the case, is made up for by the first line after they left.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from ancora.cases.models import Case
from ancora.cases.notifications.models import Kind
from ancora.cases.queries.people import SEES
from ancora.cases.queries.presence import GONE_AFTER
from ancora.platform import clock
from ancora.platform.plain_sql import read

STANDS = timedelta(hours=12)


class Reached(NamedTuple):
    """Who is to be told of what kind, in which case, and how; `message_id` where it is of a message."""

    message_id: int | None
    case_id: int
    person_id: int
    kind: str
    is_shown: bool
    mail: str
    is_pushed: bool


class Came(NamedTuple):
    """A message that came into a case, and who of us brought it in."""

    message_id: int
    case_id: int
    actor_id: int | None


# Of those `wanted` who work here and see the case, as each has chosen.
_WAYS = f"""
ways AS MATERIALIZED (
    SELECT w.*, coalesce(o.is_shown, true) AS is_shown, coalesce(o.mail, '') AS mail,
        coalesce(o.is_pushed, true) AND EXISTS (
            SELECT FROM cases_pushbrowser b JOIN django_session s ON s.session_key = b.session_key
            WHERE b.person_id = w.person_id AND s.expire_date > %(now)s) AS is_pushed
    FROM wanted w JOIN cases_case k ON k.id = w.case_id JOIN accounts_user u ON u.id = w.person_id
    LEFT JOIN cases_notificationchoice o ON o.person_id = w.person_id AND o.kind = w.kind
    WHERE u.is_active AND {SEES}
)
"""  # noqa: S608
_REACHED = """
w.message_id, w.case_id, w.person_id, w.kind, w.is_shown, w.mail, w.is_pushed FROM ways w
WHERE (w.is_shown OR w.mail <> '' OR w.is_pushed)
"""
_OF_PEOPLE = f"""
WITH wanted AS (
    SELECT NULL::bigint AS message_id, %(case)s::bigint AS case_id, g.person_id, g.kind
    FROM unnest(%(people)s::bigint[], %(kinds)s::text[]) AS g(person_id, kind)
), {_WAYS} SELECT {_REACHED} ORDER BY w.person_id
"""  # noqa: S608
_PARTS = "LATERAL (SELECT w.case_id AS id UNION ALL SELECT id FROM cases_case WHERE merged_into_id = w.case_id) part"
_IS_LOOKING = f"""
EXISTS (SELECT FROM {_PARTS} JOIN cases_presence p ON p.case_id = part.id
    WHERE p.user_id = w.person_id AND p.state <> 'away' AND p.seen_at > now() - %(gone)s)
"""  # noqa: S608
_HAS_ANSWERED = """
EXISTS (SELECT FROM conversations_chatline told
    JOIN conversations_chatline l ON l.conversation_id = told.conversation_id AND l.number > told.number
    JOIN conversations_message a ON a.id = l.message_id
    WHERE told.message_id = n.message_id AND a.author_id = n.person_id)
"""
_STANDS = f"""
EXISTS (SELECT FROM {_PARTS} JOIN cases_notification n ON n.case_id = part.id
    JOIN conversations_message m ON m.id = n.message_id AND m.channel = 'chat'
    WHERE n.person_id = w.person_id AND n.read_at IS NULL AND n.kind = w.kind AND n.at > %(since)s
    AND (n.is_shown OR NOT w.is_shown) AND (w.mail = '' OR n.mail = w.mail)
    AND (n.is_pushed OR NOT w.is_pushed OR {_IS_LOOKING})
    AND (w.mail = '' AND NOT w.is_pushed OR NOT {_HAS_ANSWERED}))
"""  # noqa: S608
# What machines write is no news. Of the lines of a chat that come together the first one is told.
_EACH = "w.case_id, w.person_id, w.kind, CASE WHEN NOT w.is_chat THEN w.message_id END"
_OF_MESSAGES = f"""
WITH came AS MATERIALIZED (
    SELECT m.id AS message_id, k.id AS case_id, m.channel = 'chat' AS is_chat, k.owner_id, g.actor_id
    FROM unnest(%(messages)s::bigint[], %(cases)s::bigint[], %(actors)s::bigint[]) AS g(message_id, case_id, actor_id)
    JOIN conversations_message m ON m.id = g.message_id AND m.auto = ''
    JOIN cases_case c ON c.id = g.case_id
    JOIN cases_case k ON k.id = coalesce(c.merged_into_id, c.id) AND k.status NOT IN ('spam', 'trash')
), concerned AS (
    SELECT w.*, w.owner_id AS person_id, 'answered' AS kind FROM came w WHERE w.owner_id IS NOT NULL
    UNION
    SELECT w.*, f.person_id, 'followed' FROM came w CROSS JOIN {_PARTS} JOIN cases_follower f ON f.case_id = part.id
    WHERE f.person_id IS DISTINCT FROM w.owner_id
), wanted AS (
    SELECT message_id, case_id, is_chat, person_id, kind FROM concerned WHERE person_id IS DISTINCT FROM actor_id
), {_WAYS}
SELECT DISTINCT ON ({_EACH}) {_REACHED} AND NOT (w.is_chat AND {_STANDS}) ORDER BY {_EACH}, w.message_id
"""  # noqa: S608


def reached_of(case: Case, wanted: dict[int, Kind]) -> list[Reached]:
    """Those of the people `wanted` who see the case and want to hear of that kind."""
    given = {"case": case.pk, "people": list(wanted), "kinds": [str(kind) for kind in wanted.values()]}
    return [Reached(*row) for row in read(_OF_PEOPLE, {**given, "now": clock.now()})]


def reached_by_messages(came: Iterable[Came]) -> list[Reached]:
    """The owners and followers who are to be told of these messages, but of none that they brought in themselves; of a
    chat only where no news stands. One statement for all."""
    messages, cases, actors = (list(column) for column in zip(*came, strict=True))
    now = clock.now()
    given = {"messages": messages, "cases": cases, "actors": actors}
    given |= {"now": now, "since": now - STANDS, "gone": GONE_AFTER}
    return [Reached(*row) for row in read(_OF_MESSAGES, given)]
