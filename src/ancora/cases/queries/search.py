"""Finds cases by number, address, phone, name, tag, and words in messages and attachment names, under conditions."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils.timezone import localdate

from ancora.cases.models import Case, Status
from ancora.cases.queries.asked import Asked, read
from ancora.cases.queries.cases import number_of, visible_cases
from ancora.cases.queries.conditions import CUSTOMERS_LIKE, customers_like, that
from ancora.cases.queries.excerpts import excerpt_around
from ancora.cases.queries.queues import page_of

MOST = 30
# A frequent word matches a large part of all messages; only the newest of them are looked at.
MOST_CANDIDATES = 2000
# Under conditions most of them may not fit.
MOST_UNDER_CONDITIONS = 20_000
_NUMBER = re.compile(r"^#?\s*(\d{1,18})$")


@dataclass(frozen=True, slots=True)
class Hit:
    """excerpt: text around the words found, hits between \\x02 and \\x03; empty when found by number or name."""

    case: Case
    excerpt: str


@dataclass(frozen=True, slots=True)
class Found:
    """total: how many cases fit, of which `hits` are the first · problems: conditions that say nothing and were left
    out, as they were written · is_list: only conditions, so that it can be kept as a list."""

    total: int
    hits: list[Hit]
    problems: list[str] = field(default_factory=list)
    is_list: bool = False


def search(viewer, words: str, *, most: int = MOST) -> Found:
    """Cases the viewer sees that fit `words` and the conditions among them (see `asked`): an exact number first, then
    the latest; empty words find nothing."""
    asked = _read(words)
    if _is_empty(asked):
        return Found(0, [], asked.problems)
    latest, numbered = _latest(viewer, asked)
    words = asked.words
    found = page_of(Case.objects.filter(pk__in=latest[:most]).order_by("-last_message_at", "-pk"), most)
    cases = sorted(found.cases, key=lambda case: case.pk not in numbered)
    excerpts = _excerpts([case.pk for case in cases], words)
    hits = [Hit(case, excerpts.get(case.pk, "")) for case in cases]
    return Found(len(latest), hits, asked.problems, is_list=not words and not asked.problems)


def found_ids(viewer, words: str, *, until: datetime) -> list[int]:
    """Ids of all cases that `search` counts, the latest first: those in which nothing was written after `until`."""
    asked = _read(words)
    if _is_empty(asked):
        return []
    ids, _numbered = _latest(viewer, asked)
    return list(Case.objects.filter(pk__in=ids, last_message_at__lte=until).values_list("pk", flat=True))


def _read(words: str) -> Asked:
    return read(" ".join(words.replace("\0", " ").split())[:200], today=localdate())


def _is_empty(asked: Asked) -> bool:
    return not (asked.words or asked.conditions or asked.without)


def _latest(viewer, asked: Asked) -> tuple[list[int], list[int]]:
    """Ids of what fits, the latest first, and those that were asked for by number."""
    # Everything of a merged case is in another one.
    fitting = visible_cases(viewer).exclude(status=Status.MERGED).filter(that(viewer, asked))
    words, numbered = asked.words, []
    if words:
        numbered, candidates = (
            _by_number(words),
            MOST_UNDER_CONDITIONS if asked.conditions or asked.without else MOST_CANDIDATES,
        )
        unique = numbered + _by_customer(words, candidates) + _by_tag(words, candidates) + _by_words(words, candidates)
        # One array instead of hundreds of parameters.
        fitting = fitting.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [list(dict.fromkeys(unique))]))
    latest = list(fitting.order_by("-last_message_at", "-pk").values_list("pk", flat=True)[:MOST_CANDIDATES])
    return latest, numbered


def _by_number(words: str) -> list[int]:
    match = _NUMBER.match(words)
    return list(Case.objects.filter(pk=number_of(int(match[1]))).values_list("pk", flat=True)) if match else []


_BY_CUSTOMER = f"""
SELECT coalesce(k.merged_into_id, k.id) FROM cases_case k WHERE k.customer_id IN ({CUSTOMERS_LIKE})
ORDER BY k.last_message_at DESC LIMIT %(most)s
"""  # noqa: S608


def _by_customer(words: str, most: int) -> list[int]:
    return _ids(_BY_CUSTOMER, {**customers_like(words), "most": most})


_BY_TAG = """
SELECT l.case_id FROM cases_tag t JOIN cases_casetag l ON l.tag_id = t.id
WHERE lower(t.label) = lower(%(label)s) ORDER BY l.case_id DESC LIMIT %(most)s
"""


def _by_tag(words: str, most: int) -> list[int]:
    return _ids(_BY_TAG, {"label": words, "most": most})


# Materialised, so that the index of words is asked and not the messages one by one from the newest.
_BY_WORDS = """
WITH hit AS MATERIALIZED (SELECT message_id FROM conversations_searchentry WHERE words @@ search_query(%(words)s)),
newest AS (SELECT message_id FROM hit ORDER BY message_id DESC LIMIT %(most)s)
SELECT DISTINCT l.case_id FROM newest
JOIN conversations_place p ON p.message_id = newest.message_id AND p.until IS NULL
JOIN cases_caseconversation l ON l.conversation_id = p.conversation_id AND l.until IS NULL
"""


def _by_words(words: str, most: int) -> list[int]:
    return _ids(_BY_WORDS, {"words": words, "most": most})


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
