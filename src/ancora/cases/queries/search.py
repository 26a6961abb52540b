"""Finds cases by number, address, phone, name, tag, and words in messages and attachment names, under conditions.

What reads no more than it shows stays quick among millions of messages: each way of finding gives its newest
candidates, a few more than are wanted; only where conditions leave too few of them are more looked for.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.timezone import localdate

from ancora.cases.models import Case, Status
from ancora.cases.queries.asked import Asked, read
from ancora.cases.queries.cases import number_of, visible_cases
from ancora.cases.queries.conditions import of_counted_customers, that
from ancora.cases.queries.excerpts import excerpt_around
from ancora.cases.queries.queues import page_of
from ancora.cases.queries.texts import FURTHEST, Texts, texts_with
from ancora.customers.finding import MOST_CUSTOMERS, customer_ids, is_like

MOST = 30
# Counting stops here.
MOST_COUNTED = 300
# How many candidates each way of finding gives: while somebody types, usually, and where conditions left too few.
FEW, USUAL, MANY = 60, 600, 5000
# Where even those were too few, so many of the latest cases under the conditions are read one by one.
MOST_READ = 500
# Of so many customers the cases are looked for among all, and no more of them than these.
MOST_OF_MANY = 150
_QUOTES = str.maketrans("“”„«»\0", '""""" ')
_NUMBER = re.compile(r"^#?\s*(\d{1,18})$")


@dataclass(frozen=True, slots=True)
class Hit:
    """excerpt: text around the words found, hits between \\x02 and \\x03; empty when found by number or name."""

    case: Case
    excerpt: str


@dataclass(frozen=True, slots=True)
class Found:
    """total: how many cases fit, of which `hits` are the first; with `is_more` at least so many · problems: conditions
    that say nothing and were left out, as they were written · is_list: only conditions, so that it can be kept as a
    list · begun: the word that no text holds, where texts with words that it begins were found instead."""

    total: int
    hits: list[Hit]
    problems: list[str] = field(default_factory=list)
    is_list: bool = False
    is_more: bool = False
    begun: str = ""


def search(viewer, words: str, *, most: int = MOST) -> Found:
    """Cases the viewer sees that fit `words` and the conditions among them (see `asked`): an exact number first, then
    the latest; empty words find nothing. Where nothing fits, the last word may begin one."""
    asked = _read(words)
    if _is_empty(asked):
        return Found(0, [], asked.problems)
    fits = _whole_or_begun(viewer, asked, most, (max(USUAL, 4 * most), MANY))
    if not fits.ids and not fits.is_all:
        # “Nothing” has to be true, though it takes a while.
        fits = _whole_or_begun(viewer, asked, most, (None,))
    cases = _rows(fits, most)
    excerpts = _excerpts([case.pk for case in cases], asked.words, fits.texts)
    hits = [Hit(case, excerpts.get(case.pk, "")) for case in cases]
    is_list = not asked.words and not asked.problems
    return Found(
        min(len(fits.ids), MOST_COUNTED), hits, asked.problems, is_list,
        is_more=not fits.is_all or len(fits.ids) > MOST_COUNTED, begun=fits.texts.begun,
    )  # fmt: skip


def cases_begun(viewer, words: str, *, most: int) -> list[Case]:
    """The first cases that fit what is typed so far: the last word may begin another one."""
    asked = _read(words)
    if _is_empty(asked):
        return []
    texts = texts_with(asked.words, is_typed=not words.endswith(" "))
    return _rows(_fits(viewer, asked, texts, most, (FEW, MANY), counted=most), most)


def found_ids(viewer, words: str, *, until: datetime, most: int) -> list[int]:
    """Ids of the cases that `search` finds, up to `most`, the latest first: those in which nothing was written after
    `until`. Every message with the words is asked: not for a page that somebody waits for."""
    asked = _read(words)
    if _is_empty(asked):
        return []
    fits = _whole_or_begun(viewer, asked, most, (None,), until=until)
    return fits.ids[:most]


def _read(words: str) -> Asked:
    # Telephones write other quotes by themselves.
    return read(" ".join(words.translate(_QUOTES).split())[:200], today=localdate())


def _is_empty(asked: Asked) -> bool:
    return not (asked.words or asked.conditions or asked.without)


@dataclass(frozen=True, slots=True)
class _Fits:
    """ids: of what fits, the latest first · numbered: what was asked for by number · is_all: nothing else fits, as far
    as was asked."""

    ids: list[int]
    texts: Texts
    numbered: list[int] = field(default_factory=list)
    is_all: bool = True


def _whole_or_begun(viewer, asked: Asked, wanted: int, rounds: tuple, **narrowed) -> _Fits:
    fits = _fits(viewer, asked, texts_with(asked.words), wanted, rounds, **narrowed)
    if fits.ids or not asked.words:
        return fits
    texts = texts_with(asked.words, is_typed=True)
    return _fits(viewer, asked, texts, wanted, rounds, **narrowed) if texts.begun else fits


def _fits(
    viewer, asked: Asked, texts: Texts, wanted: int, rounds: tuple, *,
    counted: int = MOST_COUNTED, until: datetime | None = None,
) -> _Fits:  # fmt: skip
    """At least `wanted` where there are so many, and up to `counted`."""
    # Everything of a merged case is in another one.
    fitting = (
        visible_cases(viewer).exclude(status=Status.MERGED).filter(that(viewer, asked, from_=of_counted_customers))
    )
    most = max(wanted, counted) + 1
    if until:
        fitting = fitting.filter(last_message_at__lte=until)
    if not asked.words:
        return _Fits(_latest(fitting, most), texts)
    numbered = _latest(fitting.filter(pk__in=_by_number(asked.words)), 1)
    for few in rounds:
        candidates, is_cut = _candidates(asked.words, texts, few)
        ids = _led_by(numbered, _latest(_among(fitting, candidates), most))
        if not is_cut or len(ids) > wanted:
            return _Fits(ids, texts, numbered, is_all=not is_cut and not texts.is_of_newest)
        if texts.is_common:
            break
    candidates += texts.cases_among(_latest(fitting, MOST_READ))
    return _Fits(_led_by(numbered, _latest(_among(fitting, candidates), most)), texts, numbered, is_all=False)


def _led_by(numbered: list[int], ids: list[int]) -> list[int]:
    """A number that is exactly one case stands before everything, however old it is."""
    return list(dict.fromkeys(numbered + ids))


def _among(fitting: QuerySet[Case], ids: list[int]) -> QuerySet[Case]:
    # One array instead of hundreds of parameters.
    return fitting.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [list(dict.fromkeys(ids))]))


def _latest(fitting: QuerySet[Case], most: int) -> list[int]:
    return list(fitting.order_by("-last_message_at", "-pk").values_list("pk", flat=True)[:most])


def _rows(fits: _Fits, most: int) -> list[Case]:
    """What a row shows, what was asked for by number first."""
    latest = Case.objects.filter(pk__in=fits.ids[:most]).order_by("-last_message_at", "-pk")
    return sorted(page_of(latest, most).cases, key=lambda case: case.pk not in fits.numbered)


def _by_number(words: str) -> list[int]:
    match = _NUMBER.match(words)
    return list(Case.objects.filter(pk=number_of(int(match[1]))).values_list("pk", flat=True)) if match else []


def _candidates(words: str, texts: Texts, most: int | None) -> tuple[list[int], bool]:
    """(the latest of each way of finding, whether there may be more)."""
    of_tag = _ids(_BY_TAG, {"label": words, "most": most})
    (of_customers, are_cut), (of_texts, is_cut) = _by_customer(words, most), texts.cases(most)
    return of_customers + of_tag + of_texts, are_cut or is_cut or len(of_tag) == most


_BY_TAG = """
SELECT case_id FROM cases_casetag WHERE tag_id = (SELECT id FROM cases_tag WHERE lower(label) = lower(%(label)s))
ORDER BY case_id DESC LIMIT %(most)s
"""
_OF_CUSTOMERS = """
SELECT coalesce(merged_into_id, id) FROM cases_case WHERE customer_id = ANY(%(ids)s::bigint[])
ORDER BY last_message_at DESC LIMIT %(most)s
"""
# Of case after case it is asked whose they are, from the latest on.
_OF_MANY_CUSTOMERS = f"""
SELECT k.id FROM (SELECT id, customer_id FROM cases_case WHERE status <> 'merged'
    ORDER BY last_message_at DESC, id DESC LIMIT {FURTHEST}) AS k
JOIN customers_customer c ON c.id = k.customer_id WHERE {{condition}} LIMIT %(most)s
"""  # noqa: S608


def _by_customer(words: str, most: int | None) -> tuple[list[int], bool]:
    """(their cases by the index of customers, whether there may be more); of very many customers the latest cases are
    asked whose they are."""
    customers = customer_ids(words, most=most and MOST_CUSTOMERS)
    if customers is not None:
        found = _ids(_OF_CUSTOMERS, {"ids": customers, "most": most}) if customers else []
        return found, len(found) == most
    condition, parameters = is_like(words)
    few = min(most, MOST_OF_MANY)
    return _ids(_OF_MANY_CUSTOMERS.format(condition=condition), {**parameters, "most": few}), True


def _ids(sql: str, parameters: dict) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row[0] for row in cursor.fetchall()]


def _excerpts(case_ids: list[int], words: str, texts: Texts) -> dict[int, str]:
    return {case_id: excerpt_around(text, words) for case_id, text in texts.newest_in(case_ids)}
