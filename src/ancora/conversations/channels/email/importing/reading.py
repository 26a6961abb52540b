"""The mails of one file, one at a time, from a place on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import IO

from ancora.conversations.channels.email.importing.finding import LEFT_OUT, Source
from ancora.conversations.channels.email.mail_files import ESCAPED, FROM_LINE, MOST_HEADER_BYTES, joined
from ancora.conversations.channels.email.parsing.headers import decode_value

# More than this of a mail is not held in memory; its header stands for it.
MOST_BYTES = 50_000_000
LONGEST_LINE = 1_000_000
_RECEIVED = re.compile(rb"^Received:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_DATE = re.compile(rb"^Date:[ \t]*([^\n]+)", re.IGNORECASE | re.MULTILINE)
_LABELS = re.compile(rb"^X-Gmail-Labels:([^\n]*(?:\n[ \t][^\n]*)*)", re.IGNORECASE | re.MULTILINE)
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Read:
    """A mail of a file, or the beginning of one that `is_too_large` · position: where the next one begins."""

    raw: bytes
    position: int
    is_too_large: bool = False


def mails_of(source: Source, start: int, file: IO[bytes]) -> Iterator[Read]:
    """The mails of an open file from the place `start` on (of a gzipped one the place in what it holds)."""
    if source.kind == "mail":
        raw = file.read(MOST_BYTES + 1)
        yield Read(raw[:MOST_HEADER_BYTES] if len(raw) > MOST_BYTES else raw, 1, len(raw) > MOST_BYTES)
        return
    file.seek(start)
    yield from _split(file, start)


def _split(file: IO[bytes], position: int) -> Iterator[Read]:
    """An mbox, a line at a time; `>From ` becomes `From ` again (mboxrd)."""
    lines: list[bytes] = []
    size, is_after_empty, began = 0, True, False
    while line := file.readline(LONGEST_LINE):
        if is_after_empty and FROM_LINE.match(line.rstrip(b"\r\n")):
            if began:
                yield _mail(lines, position, size)
            lines, size, began = [], 0, True
        else:
            if size <= MOST_BYTES:
                lines.append(line[1:] if ESCAPED.match(line) else line)
            size += len(line)
        is_after_empty = not line.strip(b"\r\n")
        position += len(line)
    if began:
        yield _mail(lines, position, size)


def _mail(lines: list[bytes], position: int, size: int) -> Read:
    raw = joined(lines)
    return Read(raw[:MOST_HEADER_BYTES], position, True) if size > MOST_BYTES else Read(raw, position)


def moment_of(header: bytes, fallback: float, now: datetime) -> datetime:
    """When the mail reached its mailbox: what the last server wrote, else its own Date, else what the file tells."""
    found = []
    if received := _RECEIVED.search(header):
        found.append(received[0].rpartition(b";")[2])
    if date := _DATE.search(header):
        found.append(date[1])
    for words in found:
        try:
            moment = parsedate_to_datetime(words.decode("ascii", "replace").strip())
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
        if _OLDEST <= moment <= now:
            return moment
    return min(max(datetime.fromtimestamp(min(fallback, now.timestamp()), UTC), _OLDEST), now)


def labels_of(header: bytes) -> set[str]:
    """Folders that a mail says it lies in itself, as Gmail's archives have it; lower case."""
    found = _LABELS.search(header)
    return {one.strip().lower() for one in decode_value(found[1].strip()).split(",")} if found else set()


def is_left_out(header: bytes, folders: frozenset[str]) -> bool:
    """Whether those labels keep it out: it lies in none of the folders wanted, or in one of the LEFT_OUT."""
    labels = labels_of(header)
    if not labels:
        return False
    return not labels & folders if folders else bool(labels & LEFT_OUT)
