"""Header blocks and header values: unfolding, RFC 2047 words, identifiers, dates."""

import binascii
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .charsets import clean_line, decode, guess
from .limits import (
    MAX_ENCODED_WORD,
    MAX_HEADER_BYTES,
    MAX_HEADER_VALUE,
    MAX_MESSAGE_ID_CHARS,
    MAX_REFERENCES,
)

Headers = dict[str, list[bytes]]

# White space alone ends the headers only where nothing that follows can belong to them (RFC 5322 4.2 allows
# such lines inside folded headers).
BLANK_LINE = re.compile(rb"\r?\n(?:\r?\n|[ \t]+\r?\n(?![ \t]|[!-9;-~]{1,100}[ \t]*:))")
FOLD = re.compile(rb"\r?\n(?=[ \t])")
HEADER_NAME = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")
ENCODED_WORD = re.compile(rf"=\?([^?\s]{{1,60}})\?([bBqQ])\?(.{{0,{MAX_ENCODED_WORD}}}?)\?=", re.DOTALL)
BETWEEN_WORDS = re.compile(r"\?=\s+=\?")
BRACKETED_ID = re.compile(rf"<([^<>]{{1,{MAX_MESSAGE_ID_CHARS}}})>")
WHITESPACE = re.compile(r"\s+")
COMMENT = re.compile(r"\([^()]*\)")


def split_headers(raw: bytes, start: int, end: int) -> tuple[Headers, int, bool]:
    """The headers between two offsets, where the body begins, and whether the block was well-formed."""
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return {}, start + (1 if raw[start : start + 1] == b"\n" else 2), True
    blank = BLANK_LINE.search(raw, start, end)
    block_end, body = (blank.start(), blank.end()) if blank else (end, end)
    sound = block_end - start <= MAX_HEADER_BYTES
    if not sound:
        block_end = raw.rfind(b"\n", start, start + MAX_HEADER_BYTES)
    block = raw[start : max(start, block_end)]
    headers: Headers = {}
    lines = FOLD.sub(b"", block).splitlines()
    for number, line in enumerate(lines):
        if HEADER_NAME.match(line):
            name, _, value = line.partition(b":")
            headers.setdefault(name.rstrip().decode("ascii").lower(), []).append(value[:MAX_HEADER_VALUE].strip())
        elif not line.strip() or (number == 0 and line.startswith((b"From ", b">From "))):
            continue
        else:
            sound = False
            if not any(HEADER_NAME.match(later) for later in lines[number + 1 : number + 3]):
                found = raw.find(line[:200], start, end)
                return headers, found if found >= 0 else body, False
    return headers, body, sound


def first(headers: Headers, name: str) -> str:
    """The first value of a header, decoded to one clean line; empty when it is absent."""
    values = headers.get(name)
    return decode_value(values[0]) if values else ""


def every(headers: Headers, name: str) -> list[str]:
    """All values of a header that may come several times, decoded."""
    return [decode_value(value) for value in headers.get(name, ())]


def decode_value(value: bytes) -> str:
    """A header value as one line of text, RFC 2047 words decoded, raw 8-bit text guessed."""
    return clean_line(decode_words(unencoded(value)))


def unencoded(value: bytes) -> str:
    """The value as text with its encoded words untouched, for parsers that need the structure first."""
    return value.decode("ascii") if value.isascii() else guess(value)


def decode_words(text: str) -> str:
    """RFC 2047 words decoded; neighbours of one charset are joined first, as programs split characters."""
    if "=?" not in text:
        return text
    text = BETWEEN_WORDS.sub("?==?", text)
    pieces: list[str] = []
    pending, pending_charset, position = b"", "", 0
    for word in ENCODED_WORD.finditer(text):
        charset = word[1].split("*", 1)[0].lower()
        content = word_bytes(word[2], word[3])
        if pending and (word.start() > position or charset != pending_charset):
            pieces.append(decode(pending, pending_charset)[0])
            pending = b""
        pieces.append(text[position : word.start()])
        pending += content
        pending_charset, position = charset, word.end()
    if pending:
        pieces.append(decode(pending, pending_charset)[0])
    pieces.append(text[position:])
    return "".join(pieces)


def word_bytes(encoding: str, content: str) -> bytes:
    raw = content.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw.replace(b"_", b" ").replace(b"\n", b""), header=False)
    return base64_bytes(raw)


def base64_bytes(content: bytes) -> bytes:
    """Base64 decoded as far as it goes: foreign characters skipped, missing padding added."""
    try:
        return binascii.a2b_base64(content)
    except binascii.Error:
        pass
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
    kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
    try:
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))
    except binascii.Error:
        return b""


def message_id(headers: Headers, name: str = "message-id") -> str | None:
    """The identifier without its brackets, or None."""
    found = identifiers(headers, name)
    return found[0] if found else None


def identifiers(headers: Headers, name: str) -> list[str]:
    """Every Message-ID of a header in order, without brackets and without repetition."""
    found: dict[str, None] = {}
    for value in headers.get(name, ()):
        text = decode_words(unencoded(value))
        names = BRACKETED_ID.findall(text)
        if not names:
            names = [word for word in text.split() if "@" in word or name == "message-id"][:1]
        for identifier in names:
            identifier = clean_line(WHITESPACE.sub("", COMMENT.sub("", identifier)).strip("<>,;\"'"))
            if identifier and len(identifier) <= MAX_MESSAGE_ID_CHARS:
                found.setdefault(identifier)
    names = list(found)
    return names if len(names) <= MAX_REFERENCES else names[:1] + names[-(MAX_REFERENCES - 1) :]


def date(headers: Headers) -> datetime | None:
    """The Date header in UTC, or None when there is none or no calendar knows it."""
    for value in every(headers, "date"):
        for read in (parsedate_to_datetime, datetime.fromisoformat):
            try:
                moment = read(value[:200])
                moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
            except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
                continue
            if 1900 <= moment.year <= 9000:
                return moment
    return None
