"""Who stands at the door: a visitor, known by the token of its browser, with what the next line needs to know."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from ancora.conversations.channels.contract import Rejected
from ancora.platform import clock
from ancora.platform.errors import Refusal

MOST_A_MINUTE = 30
MINUTE = timedelta(minutes=1)
# 256 random bits in base64url without padding, as the browser made them.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class NoVisitor(Refusal, Rejected):
    """Nobody is known by this token at this account."""


class Closed(Refusal):
    """The chat is not in use just now: what was said in it stays, and may go on one day."""

    def __init__(self):
        super().__init__(_("This chat is closed at the moment. Write to us by e-mail."))


class Blocked(Refusal):
    """One of us wants to hear no more of this visitor, since `at`."""

    def __init__(self, at: datetime):
        super().__init__(_("This chat was closed. Write to us by e-mail if that was a mistake."))
        self.at = at


class TooQuick(Refusal):
    """More lines than a person writes. `seconds`: when to come again."""

    def __init__(self, seconds: int):
        super().__init__(_("That was too much at once. Nothing of it was sent; try again in a minute."))
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Standing:
    """A visitor as it is now. `number`: of the line that the client key wrote; `pressed_at`: when it wrote the last
    but so many lines that more are too many in a minute; `is_proved`: the website vouches for this browser, or it
    came by the link in a mail."""

    visitor_id: int
    account_id: int
    mailbox_id: int
    is_active: bool
    handle_id: int
    customer_id: int
    name: str
    email: str
    language: str
    blocked_at: datetime | None
    conversation_id: int | None
    owner_id: int | None
    reference: int | None
    contact_id: int | None
    number: int | None
    pressed_at: datetime | None
    is_proved: bool

    @property
    def talks_to(self) -> int:
        """The customer whose conversation it is: a person may have said that it is another one."""
        return self.owner_id or self.customer_id


_STANDING = """
SELECT v.id, v.account_id, a.mailbox_id, a.is_active, v.handle_id, h.customer_id,
    coalesce(nullif(v.name, ''), u.name), v.email, v.language, v.blocked_at, v.conversation_id,
    c.customer_id, c.reference,
    (SELECT t.id FROM conversations_contact t WHERE t.conversation_id = v.conversation_id AND t.ended_at IS NULL),
    (SELECT l.number FROM conversations_chatline l
     WHERE l.conversation_id = v.conversation_id AND l.client_key = %(key)s),
    (SELECT l.at FROM conversations_chatline l WHERE l.conversation_id = v.conversation_id AND l.direction = 'in'
     ORDER BY l.number DESC OFFSET %(most)s LIMIT 1),
    h.verification = 'strong',
    a.token_digest, v.token_digest
FROM conversations_chatvisitor v
JOIN conversations_channelaccount a ON a.id = v.account_id
JOIN customers_handle h ON h.id = v.handle_id
JOIN customers_customer u ON u.id = h.customer_id
LEFT JOIN conversations_conversation c ON c.id = v.conversation_id
"""
_ALONE = "WHERE a.token_digest = %(account)s AND v.token_digest = %(visitor)s"
_MANY = "WHERE a.token_digest = ANY(%(accounts)s) AND v.token_digest = ANY(%(visitors)s)"
# All browsers of its conversation, in one order: whoever begins a new matter takes all of them along.
_TOGETHER = """
WHERE a.token_digest = %(account)s AND (v.token_digest = %(visitor)s OR v.conversation_id = (
    SELECT o.conversation_id FROM conversations_chatvisitor o WHERE o.token_digest = %(visitor)s))
ORDER BY v.id FOR NO KEY UPDATE OF v
"""


def digest_of(token: str) -> str:
    """How a token is known to us."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def is_token(token: str) -> bool:
    """Whether it looks like one that a browser makes for itself."""
    return _TOKEN.fullmatch(token) is not None


def standing_of(
    account_token: str, visitor_token: str, *, client_key: UUID | None = None, is_held: bool = False
) -> Standing:
    """The visitor of this account with this token; with `is_held` it and all browsers of its conversation are held
    until the transaction ends, which is to come before the case, or anything in it, is held. `NoVisitor` where there
    is none, `Closed` where the chat is not in use, `Blocked` for one that is blocked."""
    asked = {
        "visitor": digest_of(visitor_token),
        "account": digest_of(account_token),
        "key": client_key,
        "most": MOST_A_MINUTE - 1,
    }
    found = _found(_TOGETHER if is_held else _ALONE, asked)
    if found and found.conversation_id and found.reference is None:
        # While we waited for the visitor it went on in another conversation, which is not in that statement's sight.
        found = _found(_ALONE, asked)
    if refusal := _refusal(found):
        raise refusal
    return found


def standings_of(doors: Collection[tuple[str, str]]) -> list[Standing | Refusal]:
    """For each of these tokens of an account and of a visitor what `standing_of` gives or raises; one query."""
    digests = [(digest_of(account), digest_of(visitor)) for account, visitor in doors]
    asked = {"accounts": list({one for one, _visitor in digests}), "visitors": [one for _account, one in digests]}
    found = _rows(_MANY, {**asked, "key": None, "most": MOST_A_MINUTE - 1})
    return [_refusal(found.get(one)) or found[one] for one in digests]


def _refusal(found: Standing | None) -> Refusal | None:
    if found is None:
        return NoVisitor(_("This chat is not known here any more. Begin a new one."))
    if not found.is_active:
        return Closed()
    return Blocked(found.blocked_at) if found.blocked_at is not None else None


def _found(which: str, asked: dict) -> Standing | None:
    return _rows(which, asked).get((asked["account"], asked["visitor"]))


def _rows(which: str, asked: dict) -> dict[tuple[str, str], Standing]:
    """By the digests of the account and of the visitor."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING + which, asked)
        return {(account, visitor): Standing(*row) for *row, account, visitor in cursor.fetchall()}


def hold_visitors(conversation_id: int) -> None:
    """Nobody writes in this chat until the transaction ends; to be called before the case, or anything in it, is
    held."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [conversation_id])


def hold_beside(visitor_token: str, *, account_id: int, user: str = "") -> None:
    """The same for the chat of this browser, which may be unknown, and for all browsers of the person whom the website
    calls `user`: whoever blocks them waits, or we do. All are held at once, in the order of everybody."""
    asked = {"visitor": digest_of(visitor_token), "account": account_id, "user": user}
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_BESIDE, asked)


_HOLD = "SELECT id FROM conversations_chatvisitor WHERE conversation_id = %s ORDER BY id FOR NO KEY UPDATE"
_HOLD_BESIDE = """
SELECT v.id FROM conversations_chatvisitor v WHERE v.token_digest = %(visitor)s
    OR v.conversation_id = (
        SELECT o.conversation_id FROM conversations_chatvisitor o WHERE o.token_digest = %(visitor)s)
    OR (v.account_id = %(account)s
        AND v.handle_id = (SELECT h.id FROM customers_handle h WHERE h.kind = 'user' AND h.value = %(user)s))
ORDER BY v.id FOR NO KEY UPDATE OF v
"""


def refuse_haste(standing: Standing) -> None:
    """`TooQuick` for who writes more than thirty lines in a minute."""
    if standing.pressed_at is not None and standing.pressed_at > clock.now() - MINUTE:
        raise TooQuick(60)
