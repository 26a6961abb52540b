"""Words of IMAP put together and taken apart."""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from ancora.conversations.channels.email.fetching.wire import Done, Response

UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_RECEIVED = re.compile(rb'\bINTERNALDATE "([^"]+)"')
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail in the folder that was not loaded yet."""

    uid: int
    size: int
    received_at: datetime | None


def encoded_folder(name: str) -> str:
    """A folder's name in IMAP's own UTF-7 (RFC 3501, 5.1.3)."""

    def coded(match: re.Match) -> str:
        if match[0] == "&":
            return "&-"
        return "&" + base64.b64encode(match[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"

    return re.sub(r"&|[^\x20-\x7e]+", coded, name)


def numbers_in(answer: Done) -> list[int]:
    """What a plain search found."""
    lines = [one.text[8:] for one in answer.responses if one.text.upper().startswith(b"* SEARCH")]
    return [int(word) for line in lines for word in line.split() if word.isdigit()]


def listed_in(response: Response) -> Listed | None:
    """The mail that an answer to FETCH describes; None when it describes none."""
    uid, size = UID.search(response.text), _SIZE.search(response.text)
    if uid is None or size is None:
        return None
    received = _RECEIVED.search(response.text)
    return Listed(int(uid[1]), int(size[1]), moment_of(received[1]) if received else None)


def moment_of(text: bytes) -> datetime | None:
    """` 5-Nov-2026 13:04:05 +0100`, whose month is English whatever the locale."""
    match = re.match(r"\s*(\d{1,2})-(\w{3})-(\d{4}) (\d\d:\d\d:\d\d [+-]\d{4})", text.decode("ascii", "replace"))
    if match is None or match[2].title() not in MONTHS:
        return None
    month = MONTHS.index(match[2].title()) + 1
    try:
        return datetime.strptime(f"{match[1]} {month} {match[3]} {match[4]}", "%d %m %Y %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
