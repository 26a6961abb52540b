"""Words of a search in the texts of messages, the newest messages first.

A word like “order” stands in a tenth of all messages, and to fetch each of them takes long. So the newest messages are
asked alone, then more of them, and all only where few of the newest had it: what is read has the size of what is
wanted, not of what is there. A beginning of two or three letters is looked for among the newest alone: the index would
have to gather every word that begins so.
"""

import re
from dataclasses import dataclass

from django.db import connection

# How many of the newest messages are asked, one after the other, before all are.
WINDOWS = (20_000, 200_000)
LEAST_BEGUN = 4

_UNFINISHED = re.compile(r"(?<![^\s\"'’(])\w{2,}$")


@dataclass(frozen=True, slots=True)
class Texts:
    """query: what is looked for, as the index takes it; empty where it is nothing · whole: the same without the word
    that is only begun · begun: that word · newest: the id of the newest message."""

    query: str = ""
    whole: str = ""
    begun: str = ""
    newest: int = 0

    def cases(self, most: int | None) -> tuple[list[int], bool]:
        """(ids of the cases with the newest `most` messages that fit, None: all of them; whether there may be more)."""
        windows = [self.newest - window for window in WINDOWS if window < self.newest]
        sinces = [*(windows if most else ()), 0]
        ids, is_first = [], True
        for since in sinces if self.query else ():
            condition = self._condition(is_first=is_first)
            if not condition:
                break
            count, ids = self._cases(condition, most, since)
            if count == most:
                return ids, True
            is_first = False
        return ids, False

    @property
    def is_of_newest(self) -> bool:
        """Whether only the newest messages are asked, since the index cannot be."""
        return 0 < len(self.begun) < LEAST_BEGUN and not self.whole

    def cases_among(self, case_ids: list[int]) -> list[int]:
        """Those of these cases that hold a message that fits."""
        return [pk for pk, _text in self.newest_in(case_ids, length=0)]

    def newest_in(self, case_ids: list[int], *, length: int = 20_000) -> list[tuple[int, str]]:
        """(case, beginning of the newest text that fits) for each of these cases that has one."""
        if not self.query or not case_ids:
            return []
        with connection.cursor() as cursor:
            cursor.execute(_NEWEST_IN, {"cases": case_ids, "query": self.query, "length": length})
            return cursor.fetchall()

    def _condition(self, *, is_first: bool) -> str:
        """Empty where it would cost too much."""
        if not self.begun:
            return _BY_INDEX.format("query")
        if is_first:
            return _ONE_BY_ONE
        if len(self.begun) >= LEAST_BEGUN:
            return _BY_INDEX.format("query")
        return f"{_BY_INDEX.format('whole')} AND {_ONE_BY_ONE}" if self.whole else ""

    def _cases(self, condition: str, most: int, since: int) -> tuple[int, list[int]]:
        """(how many messages, in which cases)."""
        given = {"query": self.query, "whole": self.whole, "since": since, "most": most}
        with connection.cursor() as cursor:
            cursor.execute(_CASES.format(condition=condition), given)
            count, ids = cursor.fetchone()
        return count, ids or []


_BY_INDEX = "words @@ %({})s::tsquery"
# As a function it is asked of message after message, from the newest on, and never of the index.
_ONE_BY_ONE = "ts_match_vq(words, %(query)s::tsquery)"
_CASES = """
WITH hit AS MATERIALIZED (SELECT message_id FROM conversations_searchentry WHERE {condition} AND message_id > %(since)s
    ORDER BY message_id DESC LIMIT %(most)s)
SELECT (SELECT count(*) FROM hit), array_agg(DISTINCT l.case_id) FROM hit
JOIN conversations_place p ON p.message_id = hit.message_id AND p.until IS NULL
JOIN cases_caseconversation l ON l.conversation_id = p.conversation_id AND l.until IS NULL
"""


_NEWEST_IN = f"""
WITH hit AS MATERIALIZED (
    SELECT DISTINCT ON (l.case_id) l.case_id, p.message_id FROM cases_caseconversation l
    JOIN conversations_place p ON p.conversation_id = l.conversation_id AND p.until IS NULL
    JOIN conversations_searchentry s ON s.message_id = p.message_id
    WHERE l.case_id = ANY(%(cases)s::bigint[]) AND l.until IS NULL AND {_ONE_BY_ONE}
    ORDER BY l.case_id, p.message_id DESC
)
SELECT hit.case_id, left(m.text, %(length)s) FROM hit JOIN conversations_message m ON m.id = hit.message_id
"""  # noqa: S608


def texts_with(words: str, *, is_typed: bool = False) -> Texts:
    """What these words look for; while they are typed, the last one may begin a word."""
    unfinished = _UNFINISHED.search(words) if is_typed else None
    begun = unfinished[0] if unfinished else ""
    whole = words[: len(words) - len(begun)]
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"whole": whole, "begun": begun})
        query, whole, newest = cursor.fetchone()
    return Texts(query, whole, begun, newest or 0)


_READ = """
SELECT search_begun(%(whole)s, %(begun)s)::text, search_query(%(whole)s)::text,
    (SELECT max(message_id) FROM conversations_searchentry)
"""
