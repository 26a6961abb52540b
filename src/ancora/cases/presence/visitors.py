"""Whoever chats with us sees whether the one of us who has their case is looking at it. Nobody else is shown to them: a
lead who reads along is not there."""

from collections.abc import Collection

from django.db import connection

from ancora.cases.queries.presence import GONE_AFTER
from ancora.conversations.chats.commands.seen import show_presence

_IS_HERE = """
EXISTS (SELECT 1 FROM cases_presence p WHERE p.case_id = k.id AND p.user_id = k.owner_id AND p.state <> 'away'
    AND p.seen_at > statement_timestamp() - %(alive)s)
"""
_OF_CASES = f"""
SELECT t.conversation_id, coalesce(u.name, ''), {_IS_HERE}
FROM cases_case k CROSS JOIN LATERAL (
    SELECT k.id UNION ALL SELECT id FROM cases_case WHERE merged_into_id = k.id) part(id)
JOIN cases_caseconversation c ON c.case_id = part.id AND c.until IS NULL
JOIN conversations_contact t ON t.conversation_id = c.conversation_id AND t.ended_at IS NULL
LEFT JOIN accounts_user u ON u.id = k.owner_id
WHERE k.id = ANY(%(cases)s)
"""  # noqa: S608
_OF_CHATS = f"""
SELECT c.conversation_id, u.name, {_IS_HERE} FROM cases_caseconversation c JOIN cases_case part ON part.id = c.case_id
JOIN cases_case k ON k.id = coalesce(part.merged_into_id, part.id)
JOIN accounts_user u ON u.id = k.owner_id
WHERE c.conversation_id = ANY(%(conversations)s) AND c.until IS NULL
"""  # noqa: S608


def show_owners(case_ids: Collection[int]) -> None:
    """Visitors whose chats go on in these cases are told whether the owner looks; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_CASES, {"cases": list(case_ids), "alive": GONE_AFTER})
        found = cursor.fetchall()
    for conversation_id, name, is_here in found:
        show_presence(conversation_id, name=name, is_here=is_here)


def owners_at(conversation_ids: Collection[int]) -> dict[int, tuple[str, bool]]:
    """By chat the name of the owner of its case, and whether they look at it; not of those that nobody has; one
    query."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_CHATS, {"conversations": list(conversation_ids), "alive": GONE_AFTER})
        return {pk: (name, is_here) for pk, name, is_here in cursor.fetchall()}
