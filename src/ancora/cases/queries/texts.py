"""Words of a search in the texts of messages, the newest messages first.

A word like “order” stands in a tenth of all messages. The index knows them at once, but only the table says which are
the newest, and to fetch them all takes long. So the newest messages are read first: a word that is common there is soon
found often enough by reading on, and any other is so rare that the index can be asked for all of them. A beginning of
two or three letters is looked for among the newest alone: the index would have to gather every word that begins so.
"""

import re
from dataclasses import dataclass

from django.db import connection

# So many messages are read first; a word that this many of them hold is common.
NEAREST, COMMON = 2000, 40
# The newest in which a beginning of a few letters is looked for, and how far on a common word is read.
NEWEST, FURTHEST = 8000, 20_000
# More than these are not fetched for a page.
MOST_FETCHED = 10_000
LEAST_BEGUN = 4

_BESIDE = re.compile(r"<(?:-|\d+)>")
_UNFINISHED = re.compile(r"(?<![^\s\"'’(])\w{2,}$")


@dataclass(slots=True)
class Texts:
    """query: what is looked for, as the index takes it; empty where it is nothing · whole: the same without the word
    that is only begun · begun: that word · newest: the id of the newest message."""

    query: str = ""
    whole: str = ""
    begun: str = ""
    newest: int = 0
    _nearest: tuple[list[int], int] | None = None

    @property
    def is_of_newest(self) -> bool:
        """Whether only the newest messages are asked, since the index cannot be."""
        return 0 < len(self.begun) < LEAST_BEGUN and not self.whole

    @property
    def is_common(self) -> bool:
        """Whether many messages hold these words, be it apart from each other."""
        return bool(self.query) and self._near()[1] >= COMMON

    @property
    def _loose(self) -> str:
        """What the index can tell: nothing of words side by side, nor of a few letters."""
        asked = self.whole if 0 < len(self.begun) < LEAST_BEGUN and self.whole else self.query
        return asked if "!" in asked else _BESIDE.sub("&", asked)

    def cases(self, most: int | None) -> tuple[list[int], bool]:
        """(ids of the cases with the newest `most` messages that fit, None: all of them; whether there may be more)."""
        messages, is_cut = self._messages(most) if self.query else ([], False)
        return (_asked(_HOLDING, {"messages": messages})[0] or [] if messages else []), is_cut

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

    def _messages(self, most: int | None) -> tuple[list[int], bool]:
        """Their ids, and whether there may be more."""
        if self.is_of_newest:
            return self._read(most, NEWEST), False
        if most is None:
            return self._by_index(None, None)[0], False
        near, _held = self._near()
        if len(near) >= most or self.newest <= NEAREST:
            return near[:most], len(near) > most
        if not self.is_common:
            found, count = self._by_index(most, MOST_FETCHED + 1)
            if count <= MOST_FETCHED:
                return found, count > most
        return self._read(most, FURTHEST), True

    def _near(self) -> tuple[list[int], int]:
        """Those of the newest messages, and how many hold the words at all; looked up once."""
        if self._nearest is None:
            found, held = _asked(_NEAR, {**self._given, "since": self.newest - NEAREST})
            self._nearest = found or [], held
        return self._nearest

    @property
    def _given(self) -> dict:
        return {"query": self.query, "loose": self._loose}

    def _read(self, most: int | None, far: int) -> list[int]:
        """Message by message, from the newest on."""
        return _asked(_ONE_BY_ONE, {"query": self.query, "since": self.newest - far, "most": most})[0] or []

    def _by_index(self, most: int | None, fetched: int | None) -> tuple[list[int], int]:
        """(the newest of those fetched, how many were)."""
        fits = "true" if self._loose == self.query else _FITS
        found, count = _asked(_BY_INDEX.format(fits=fits), {**self._given, "most": most, "fetched": fetched})
        return found or [], count


def texts_with(words: str, *, is_typed: bool = False) -> Texts:
    """What these words look for; while they are typed, the last one may begin a word."""
    unfinished = _UNFINISHED.search(words) if is_typed else None
    begun = unfinished[0] if unfinished else ""
    whole = words[: len(words) - len(begun)]
    query, whole, newest = _asked(_QUERY, {"whole": whole, "begun": begun})
    return Texts(query, whole, begun, newest or 0)


_QUERY = """
SELECT search_begun(%(whole)s, %(begun)s)::text, search_query(%(whole)s)::text,
    (SELECT max(message_id) FROM conversations_searchentry)
"""
# As a function it is asked of row after row, and never of the index.
_FITS = "ts_match_vq(words, %(query)s::tsquery)"
_NEAR = f"""
SELECT array_agg(message_id ORDER BY message_id DESC) FILTER (WHERE {_FITS}), count(*) FROM conversations_searchentry
WHERE message_id > %(since)s AND ts_match_vq(words, %(loose)s::tsquery)
"""  # noqa: S608
_ONE_BY_ONE = f"""
SELECT array_agg(message_id) FROM (SELECT message_id FROM conversations_searchentry
    WHERE message_id > %(since)s AND {_FITS} ORDER BY message_id DESC LIMIT %(most)s) AS x
"""  # noqa: S608
# Put in order after they were fetched, or all would be read from the newest on, to save the ordering.
_BY_INDEX = """
SELECT (array_agg(message_id ORDER BY message_id DESC) FILTER (WHERE {fits}))[:coalesce(%(most)s, 2000000000)], count(*)
FROM (SELECT message_id, words FROM conversations_searchentry WHERE words @@ %(loose)s::tsquery LIMIT %(fetched)s) AS x
"""
_HOLDING = """
SELECT array_agg(DISTINCT l.case_id) FROM unnest(%(messages)s::bigint[]) AS m(id)
JOIN conversations_place p ON p.message_id = m.id AND p.until IS NULL
JOIN cases_caseconversation l ON l.conversation_id = p.conversation_id AND l.until IS NULL
"""
_NEWEST_IN = f"""
WITH hit AS MATERIALIZED (
    SELECT DISTINCT ON (l.case_id) l.case_id, p.message_id FROM cases_caseconversation l
    JOIN conversations_place p ON p.conversation_id = l.conversation_id AND p.until IS NULL
    JOIN conversations_searchentry s ON s.message_id = p.message_id
    WHERE l.case_id = ANY(%(cases)s::bigint[]) AND l.until IS NULL AND {_FITS}
    ORDER BY l.case_id, p.message_id DESC
)
SELECT hit.case_id, left(m.text, %(length)s) FROM hit JOIN conversations_message m ON m.id = hit.message_id
"""  # noqa: S608


def _asked(sql: str, parameters: dict) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()
