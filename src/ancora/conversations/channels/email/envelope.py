"""What the envelope of a mail says, written above it as an agent of final delivery does (RFC 5321, 4.4).

The sender and the recipients of an envelope are not in the mail. As lines above it they stay with the bytes: who
reads them later finds the mailbox and the reply token, also of a blind copy.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

# Line ends and other controls would begin a line of the writer's own making.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Envelope:
    """sender: None where nobody told it, empty for the null sender of reports · recipients: those of ours ·
    received: who handed it over and how, as the line Received tells it."""

    sender: str | None
    recipients: tuple[str, ...]
    received: str = ""


def under_envelope(raw: bytes, envelope: Envelope, moment: datetime) -> bytes:
    """The mail below Return-Path, Delivered-To and Received.

    Received stands last: a mail that begins with a folded line can then lengthen only that one.
    """
    lines = [] if envelope.sender is None else [f"Return-Path: <{_clean(envelope.sender)}>"]
    lines += [f"Delivered-To: {_clean(one)}" for one in dict.fromkeys(envelope.recipients)]
    lines.append(f"Received: {_clean(envelope.received)};\r\n\t{format_datetime(moment)}")
    head = "".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape")
    # An empty line in front would end the header here, and what follows would be no mail any more.
    return head + raw.lstrip(b"\r\n")


def _clean(text: str) -> str:
    return _CONTROLS.sub(" ", text)[:LONGEST].strip()
