"""Customers by a piece of what is known of them, as SQL of which an index answers every part.

Of several hundred thousand customers a piece must not read all: the beginning of an address is a range of an index, the
end of a telephone number is one of the number written backwards, and a part of a name is found by its trigrams.
"""

import re

from django.db import connection

# Of more than these the cases are not gathered by customer: so many are alike that the latest cases soon show some.
MOST_CUSTOMERS = 500
NAMED = re.compile(r"%\((\w+)\)s")
_PHONE = re.compile(r"\+?[\d\s()./-]{5,24}")
# Two letters make no trigram: as the beginning of a word they do, with the space before it. One is in every name.
WORD_ONLY = 2

_BY_ADDRESS = "SELECT h.customer_id AS id FROM customers_handle h WHERE h.value LIKE %(start)s"
# Also where only one of the two numbers has the prefix of its country. Without the OFFSET the handles would be read
# customer by customer, to save an ordering.
_BY_PHONE = """SELECT p.customer_id AS id FROM (SELECT h.customer_id FROM customers_handle h WHERE h.kind = 'phone' AND
    (reverse(ltrim(h.value, '+0')) LIKE %(backwards)s
        OR (length(h.value) > 6 AND reverse(ltrim(h.value, '+0')) = ANY(%(shorter)s::text[]))) OFFSET 0) AS p"""
_BY_PART = "SELECT c.id FROM customers_customer c WHERE search_name(c.name) LIKE search_name(%(part)s)"
_BY_BEGINNING = """SELECT c.id FROM customers_customer c WHERE search_name(c.name) LIKE search_name(%(start)s)
    OR search_name(c.name) LIKE search_name(%(word)s)"""


def customers_like(words: str) -> tuple[list[str], dict]:
    """(statements of ids, their parameters), the surest first: whose address begins with `words`, whose telephone
    number ends with them, in whose name they stand; two letters only where a name, or a word of it, begins."""
    lowered = escaped(words.lower())
    statements, parameters = [_BY_ADDRESS], {"start": f"{lowered}%"}
    digits = "".join(one for one in words if one.isdecimal()).lstrip("0") if _PHONE.fullmatch(words) else ""
    if digits:
        backwards = digits[::-1][:32]
        statements.append(_BY_PHONE)
        shorter = [backwards[:length] for length in range(1, len(backwards))]
        parameters |= {"backwards": f"{backwards}%", "shorter": shorter}
    if len(words) != WORD_ONLY:
        return [*statements, _BY_PART], parameters | {"part": f"%{lowered}%"}
    return [*statements, _BY_BEGINNING], parameters | {"word": f"% {lowered}%"}


def customer_ids(words: str, *, most: int | None = MOST_CUSTOMERS) -> list[int] | None:
    """Ids of all customers like that; None where they are more than `most`."""
    statements, parameters = customers_like(words)
    limit = None if most is None else most + 1
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION ALL '.join(statements)} LIMIT %(limit)s", {**parameters, "limit": limit})
        found = [pk for (pk,) in cursor.fetchall()]
    return list(dict.fromkeys(found)) if most is None or len(found) <= most else None


def is_like(words: str) -> tuple[str, dict]:
    """(a condition on one customer `c`, its parameters); not by telephone, where so many are never alike."""
    statements, parameters = customers_like(words)
    of_name = statements[-1].rpartition(" WHERE ")[2]
    condition = f"""({of_name} OR EXISTS (
        SELECT FROM customers_handle h WHERE h.customer_id = c.id AND h.value LIKE %(start)s))"""  # noqa: S608
    return condition, {name: parameters[name] for name in NAMED.findall(condition)}


def escaped(text: str) -> str:
    """For LIKE: every character stands for itself."""
    return re.sub(r"([\\%_])", r"\\\1", text)
