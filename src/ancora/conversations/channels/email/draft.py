"""A mail that is to be built, in parts."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

type Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A file that goes along, byte for byte; with a content id it is a picture that stands in the text."""

    filename: str
    content_type: str
    content: bytes
    content_id: str = ""


class Quoted(NamedTuple):
    """The message that is answered: who wrote it, when, its text, and its safe HTML where it has one."""

    who: str
    when: datetime
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The message that is passed on; addresses are (name, address)."""

    from_: Pair
    when: datetime
    subject: str
    to: list[Pair]
    cc: list[Pair]
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mail to be built. Addresses are (name, address); Message-IDs are without angle brackets. `pictures` stand in
    the text, `parts` lie beside it. `is_automatic`: no person wrote it. Who gets a blind copy is no part of a mail."""

    message_id: str
    date: datetime
    from_: Pair
    to: list[Pair]
    subject: str
    html: str
    text: str
    reply_to: str | None = None
    cc: list[Pair] = field(default_factory=list)
    signature: str = ""
    in_reply_to: str | None = None
    references: list[str] = field(default_factory=list)
    quoted: Quoted | None = None
    forwarded: Forwarded | None = None
    pictures: list[Part] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    is_automatic: bool = False
