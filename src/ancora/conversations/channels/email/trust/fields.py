"""The header of a mail as its servers wrote it: in order, one pair a field."""

import re
from typing import NamedTuple

from ancora.conversations.channels.email.parsing.limits import MAX_HEADER_BYTES, MAX_HEADER_VALUE

END = re.compile(rb"\r?\n\r?\n")
FOLD = re.compile(rb"\r?\n(?=[ \t])")
NAME = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
# Other programs break lines here, or end the text: two readers would see two mails.
AMBIGUOUS = re.compile(rb"\r(?!\n)|\0")


class Field(NamedTuple):
    """name in lower case, value unfolded, as Latin-1 text."""

    name: str
    value: str


def header_block(raw: bytes) -> bytes:
    """The bytes of the header; empty when it is too long to be honest."""
    raw = raw.lstrip(b"\r\n") if raw[:1] in (b"\r", b"\n") else raw
    end = END.search(raw, 0, MAX_HEADER_BYTES + 4)
    if end is None:
        return raw if len(raw) <= MAX_HEADER_BYTES else b""
    return raw[: end.start()]


def fields_of(block: bytes, wanted: frozenset[str] | None = None) -> list[Field]:
    """Every field, or those `wanted`, topmost first; none when two programs could read the block in two ways."""
    if AMBIGUOUS.search(block):
        return []
    found = []
    for line in FOLD.sub(b"", block).split(b"\n"):
        match = NAME.match(line)
        name = match[1].decode("ascii").lower() if match else ""
        if name and (wanted is None or name in wanted):
            value = line[match.end() : match.end() + MAX_HEADER_VALUE].strip().decode("latin-1")
            found.append(Field(name, value))
    return found
