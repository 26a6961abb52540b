"""Finds cases by number, address, phone, name, and words in messages and attachment names."""

import re
from dataclasses import dataclass

from django.db import connection
from django.db.models.expressions import RawSQL

from ancora.cases.models import Case
from ancora.cases.queries.cases import number_of, visible_cases
from ancora.cases.queries.excerpts import excerpt_around
from ancora.cases.queries.queues import page_of
from ancora.customers.queries import normal_phone

MOST = 30
# A frequent word matches a large part of all messages; only the newest of them are looked at.
MOST_CANDIDATES = 2000
_NUMBER = re.compile(r"^#?\s*(\d{1,18})$")
_PHONE = re.compile(r"^\+?[\d\s()./-]{6,24}$")


@dataclass(frozen=True, slots=True)
class Hit:
    """excerpt: text around the words found, hits between \\x02 and \\x03; empty when found by number or name."""

    case: Case
    excerpt: str


@dataclass(frozen=True, slots=True)
class Found:
    """total: how many cases fit, of which `hits` are the first."""

    total: int
    hits: list[Hit]


def search(viewer, words: str, *, most: int = MOST) -> Found:
    """Cases the viewer sees that fit `words`: an exact number first, then the latest; empty words find nothing."""
    words = " ".join(words.replace("\0", " ").split())[:200]
    if not words:
        return Found(0, [])
    numbered = _by_number(words)
    unique = list(dict.fromkeys(numbered + _by_customer(words) + _by_words(words)))[:MOST_CANDIDATES]
    # One array instead of hundreds of parameters.
    visible = visible_cases(viewer).filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [unique]))
    latest = list(visible.order_by("-last_message_at", "-pk").values_list("pk", flat=True))
    found = page_of(Case.objects.filter(pk__in=latest[:most]).order_by("-last_message_at", "-pk"), most)
    cases = sorted(found.cases, key=lambda case: case.pk not in numbered)
    excerpts = _excerpts([case.pk for case in cases], words)
    return Found(len(latest), [Hit(case, excerpts.get(case.pk, "")) for case in cases])


def _by_number(words: str) -> list[int]:
    match = _NUMBER.match(words)
    return list(Case.objects.filter(pk=number_of(int(match[1]))).values_list("pk", flat=True)) if match else []


_BY_CUSTOMER = """
SELECT coalesce(k.merged_into_id, k.id) FROM cases_case k WHERE k.customer_id IN (
    SELECT h.customer_id FROM customers_handle h WHERE h.value LIKE %(start)s OR (%(phone)s <> '' AND h.kind = 'phone'
        AND h.value LIKE %(phone)s)
    UNION SELECT c.id FROM customers_customer c WHERE public.unaccent(lower(c.name)) LIKE public.unaccent(%(part)s))
ORDER BY k.last_message_at DESC LIMIT %(most)s
"""


def _by_customer(words: str) -> list[int]:
    lowered = _escape(words.lower())
    digits = normal_phone(words).lstrip("+0") if _PHONE.match(words) else ""
    return _ids(
        _BY_CUSTOMER,
        {
            "start": f"{lowered}%",
            "part": f"%{lowered}%",
            "phone": f"%{digits}" if digits else "",
            "most": MOST_CANDIDATES,
        },
    )


# Materialised, so that the index of words is asked and not the messages one by one from the newest.
_BY_WORDS = """
WITH hit AS MATERIALIZED (SELECT message_id FROM conversations_searchentry WHERE words @@ search_query(%(words)s)),
newest AS (SELECT message_id FROM hit ORDER BY message_id DESC LIMIT %(most)s)
SELECT DISTINCT l.case_id FROM newest
JOIN conversations_place p ON p.message_id = newest.message_id AND p.until IS NULL
JOIN cases_caseconversation l ON l.conversation_id = p.conversation_id AND l.until IS NULL
"""


def _by_words(words: str) -> list[int]:
    return _ids(_BY_WORDS, {"words": words, "most": MOST_CANDIDATES})


_TEXTS = """
SELECT DISTINCT ON (l.case_id) l.case_id, left(m.text, 20000)
FROM cases_caseconversation l
JOIN conversations_place p ON p.conversation_id = l.conversation_id AND p.until IS NULL
JOIN conversations_searchentry s ON s.message_id = p.message_id
JOIN conversations_message m ON m.id = p.message_id
WHERE l.case_id = ANY(%(cases)s) AND l.until IS NULL AND s.words @@ search_query(%(words)s)
ORDER BY l.case_id, m.id DESC
"""


def _excerpts(case_ids: list[int], words: str) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS, {"cases": case_ids, "words": words})
        return {case_id: excerpt_around(text, words) for case_id, text in cursor.fetchall()}


def _ids(sql: str, parameters: dict) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row[0] for row in cursor.fetchall()]


def _escape(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)
