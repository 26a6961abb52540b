"""What a browser posts, as values: the one reader of such a body."""

import json
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from ancora.conversations.channels.contract import InboundMessage, InboundReceipt, Unreadable
from ancora.conversations.chats.signed import SignedPerson
from ancora.conversations.chats.visitors import NoVisitor
from ancora.platform.errors import Refusal

_BEARER = "bearer "


class Garbled(Refusal, Unreadable):
    """What the browser sent cannot be understood; its words are for who looks at it."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a visitor says of itself; `person` is who it is by the word of the website, where that has signed it."""

    name: str = ""
    email: str = ""
    language: str = ""
    person: SignedPerson | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedLine(InboundMessage):
    """A line of a visitor. Files come beside it, in a form, and are no part of these bytes."""

    client_key: UUID
    introduction: Introduction


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(InboundReceipt):
    """Up to these numbers our lines are on the visitor's screen, and were looked at. `key` is the higher one."""

    delivered: int
    read: int


class Fields:
    """The fields of a body of JSON, each asked for by the kind that it must have; `Garbled` for a body that is none."""

    def __init__(self, body: bytes):
        try:
            self._found = json.loads(body or b"{}")
        except (ValueError, RecursionError):
            raise _garbled() from None
        if not isinstance(self._found, dict):
            raise _garbled()

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def text(self, name: str) -> str:
        """Empty for what is none."""
        found = self._found.get(name)
        return found if isinstance(found, str) else ""

    def number(self, name: str) -> int:
        """Zero for what is none."""
        found = self._found.get(name)
        if isinstance(found, str) and found.isdecimal() and len(found) < 10:
            found = int(found)
        return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 2**31 else 0

    @property
    def client_key(self) -> UUID:
        try:
            return UUID(self.text("client_key"))
        except ValueError:
            raise Garbled(_("The browser did not say which line this is. Load the page again.")) from None


def token_shown(authorization: str) -> str:
    """The token that a browser shows in this header; `NoVisitor` without one."""
    if not authorization.lower().startswith(_BEARER):
        raise NoVisitor(_("This chat is not known here any more. Begin a new one."))
    return authorization[len(_BEARER) :].strip()


def storable(text: str) -> str:
    """Without what PostgreSQL cannot hold: NUL, and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _garbled() -> Garbled:
    return Garbled(_("What the browser sent cannot be read. Load the page again."))
