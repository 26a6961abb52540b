"""Which conversation a mail belongs to, and by which rung that was found.

From sure to weak: reply token in an address → In-Reply-To → References → subject reference *and* same participant
→ a new one. A subject alone never joins. A token names the conversation in which we wrote: when a person has moved
what the mail answers out of it since, the mail goes where that is now.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from ancora.conversations import tokens
from ancora.conversations.identity import message_key
from ancora.platform.addresses import compared_address

# Long threads list their newest ancestors last; older ones are of no further use.
MOST_REFERENCES = 30


@dataclass(frozen=True, slots=True)
class Known:
    """A message we hold: where it is, whether it is one of ours, and which conversations it has left."""

    message_id: int
    message_key: UUID
    content_key: UUID | None
    conversation_id: int
    is_ours: bool
    left: tuple[int, ...] | list[int] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The conversation of a mail (None: a new one) and the rung: token, in_reply_to, references, subject, new."""

    conversation_id: int | None
    rung: str


NEW = Found(None, "new")


def ancestors(in_reply_to: str | None, references: list[str]) -> list[tuple[str, str]]:
    """(rung, Message-ID) of what a mail answers, surest first."""
    named = [("in_reply_to", in_reply_to)] if in_reply_to else []
    return named + [("references", reference) for reference in reversed(references[-MOST_REFERENCES:])]


# The digests are looked up one by one in the index: with an array the planner reads the whole of a young table.
_KNOWN = """
SELECT m.id, m.message_key, m.content_key, p.conversation_id, m.direction = 'out',
    ARRAY(SELECT z.conversation_id FROM conversations_place z WHERE z.message_id = m.id AND z.until IS NOT NULL)
FROM unnest(%s::uuid[]) AS wanted(key)
CROSS JOIN LATERAL (SELECT * FROM conversations_message x WHERE x.message_key = wanted.key ORDER BY x.content_key
    LIMIT 20) AS m
CROSS JOIN LATERAL (SELECT * FROM conversations_place y WHERE y.message_id = m.id AND y.until IS NULL LIMIT 1) AS p
"""
_NUMBERED = "SELECT reference, id FROM conversations_conversation WHERE reference = ANY(%s)"


class Shelf:
    """What we hold of the messages and conversations that some mails name: two queries for all of them, and then
    whatever is put onto it."""

    def __init__(self, message_ids: set[str], addresses: set[str]):
        self._known: dict[UUID, list[Known]] = {}
        for known in _rows(_KNOWN, [[message_key(one) for one in message_ids]]) if message_ids else []:
            self.put(Known(*known))
        proved = {tokens.reference_in_message_id(one) for one in message_ids}
        proved |= {tokens.reference_in_address(one) for one in addresses}
        numbers = sorted(proved - {None})
        self._numbered: dict[int, int] = dict(_rows(_NUMBERED, [numbers])) if numbers else {}

    def put(self, known: Known) -> None:
        self._known.setdefault(known.message_key, []).append(known)

    def named(self, key: UUID) -> list[Known]:
        """The messages with this Message-ID."""
        return self._known.get(key, [])

    def by_token(self, address: str) -> int | None:
        """The conversation whose true token is in this address."""
        return self._numbered.get(tokens.reference_in_address(address))

    def by_ancestor(self, message_id: str) -> int | None:
        """The conversation that holds this message, or that our own Message-ID proves."""
        if known := self.named(message_key(message_id)):
            return known[-1].conversation_id
        return self._numbered.get(tokens.reference_in_message_id(message_id))


def climb(parsed, addresses: list[str], shelf: Shelf, *, needs_proof: bool = False) -> Found:
    """Try each rung. `needs_proof`: only what nobody can guess counts, a reply token in an address or in a Message-ID
    of ours."""
    for address in addresses:
        if (found := shelf.by_token(address)) is not None:
            moved_to = _moved_to(parsed, found, shelf, needs_proof=needs_proof)
            return Found(moved_to or found, "token")
    for rung, ancestor in ancestors(parsed.in_reply_to, parsed.references):
        # A mail that names itself answers nothing.
        if ancestor == parsed.message_id or (needs_proof and tokens.reference_in_message_id(ancestor) is None):
            continue
        if (found := shelf.by_ancestor(ancestor)) is not None:
            return Found(found, rung)
    sender = parsed.from_.address if parsed.from_ and not needs_proof else ""
    for reference in tokens.references_in_subject(parsed.subject):
        if sender and (found := _by_participant(reference, sender)):
            return Found(found, "subject")
    return NEW


def _moved_to(parsed, conversation_id: int, shelf: Shelf, *, needs_proof: bool) -> int | None:
    """Where that which a mail answers went from this conversation; None when it is in it, or was never."""
    for _rung, ancestor in ancestors(parsed.in_reply_to, parsed.references):
        if ancestor == parsed.message_id or (needs_proof and tokens.reference_in_message_id(ancestor) is None):
            continue
        if known := shelf.named(message_key(ancestor)):
            return known[-1].conversation_id if conversation_id in known[-1].left else None
    return None


_PARTICIPANT = """
SELECT c.id FROM conversations_conversation c WHERE c.reference = %(reference)s AND (
    c.third_party_id IS NULL AND EXISTS (SELECT 1 FROM customers_handle h
            WHERE h.customer_id = c.customer_id AND h.kind = 'email' AND h.value = %(address)s)
    OR EXISTS (SELECT 1 FROM conversations_place p JOIN conversations_message m ON m.id = p.message_id
               LEFT JOIN conversations_outgoing o ON o.message_id = m.id
               LEFT JOIN conversations_recipient r ON r.outgoing_id = o.id
               WHERE p.conversation_id = c.id AND p.until IS NULL
               AND (lower(m.from_address) = %(address)s OR lower(r.address) = %(address)s)))
"""


def _by_participant(reference: int, address: str) -> int | None:
    found = _rows(_PARTICIPANT, {"reference": reference, "address": compared_address(address)})
    return found[0][0] if found else None


def _rows(sql: str, parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
