"""Mail files described as JSON, for scripts: one file, one object, one line."""

import json
import re
import sys
from dataclasses import asdict
from pathlib import Path

from .addresses import Address
from .attachments import Attachment
from .calendars import Invitation
from .mail import ParsedMail
from .reading import parse

# Names that Windows keeps for devices, whatever their extension.
RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
UNSAFE = re.compile(r"[^\w.+()@ -]+")
MAX_SAVED_NAME_BYTES = 150


def main(paths: list[str], save_attachments: str | None = None) -> int:
    """Prints one JSON object a line for each file; stdout carries nothing else. A bad mail is no failure."""
    for path in paths:
        line = json.dumps(describe(path, save_attachments), ensure_ascii=False)
        sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
        sys.stdout.buffer.flush()
    return 0


def describe(path: str | Path, save_attachments: str | Path | None = None) -> dict:
    """One file as a plain object; a file that cannot be read gives an object that says so."""
    try:
        raw, problem = Path(path).read_bytes(), None
    except (OSError, ValueError) as error:
        raw, problem = b"", f"The file cannot be read: {getattr(error, 'strerror', None) or error}."
    mail = parse(raw)
    found = described(mail)
    if problem:
        found["warnings"] = [problem]
    elif save_attachments is not None:
        found["warnings"] = found["warnings"] + saved(mail.attachments, Path(save_attachments))
    return {"file": str(path).encode("utf-8", "replace").decode("utf-8"), **found}


def described(mail: ParsedMail) -> dict:
    """The fields of the machine interface, in their documented order."""
    dsn = mail.dsn
    return {
        "message_id": mail.message_id,
        "date": mail.date.isoformat() if mail.date else None,
        "subject": mail.subject,
        "from": person(mail.from_) if mail.from_ else None,
        "to": [person(address) for address in mail.to],
        "cc": [person(address) for address in mail.cc],
        "reply_to": [person(address) for address in mail.reply_to],
        "in_reply_to": mail.in_reply_to,
        "references": mail.references,
        "text": mail.text,
        "html": mail.html,
        "reply_text": mail.reply_text,
        "signature": mail.signature,
        "attachments": [described_file(attachment) for attachment in mail.attachments],
        "auto": mail.auto,
        "dsn": dsn
        and {
            "action": dsn.action,
            "status": dsn.status,
            "recipient": dsn.recipient,
            "message_id": dsn.message_id,
        },
        "language": mail.language,
        "warnings": mail.warnings,
        "disclaimer": mail.disclaimer,
        "kind": mail.kind,
        "dsn_recipients": [asdict(delivery) for delivery in mail.dsn_recipients],
        "feedback": mail.feedback and asdict(mail.feedback),
        "invitation": mail.invitation and described_invitation(mail.invitation),
        "security": mail.security and asdict(mail.security),
    }


def described_invitation(meeting: Invitation) -> dict:
    """A meeting as plain values: dates for whole days, else moments with their distance from UTC (none: local time)."""
    return {
        "method": meeting.method,
        "summary": meeting.summary,
        "start": meeting.start and meeting.start.isoformat(),
        "end": meeting.end and meeting.end.isoformat(),
        "all_day": meeting.all_day,
        "place": meeting.place,
        "organiser": meeting.organiser and person(meeting.organiser),
        "status": meeting.status,
        "answer": meeting.answer,
        "repeats": meeting.repeats,
    }


def person(address: Address) -> dict:
    return {"name": address.name, "address": address.address}


def described_file(attachment: Attachment) -> dict:
    return {
        "filename": attachment.filename,
        "content_type": attachment.content_type,
        "size": len(attachment.content),
        "sha256": attachment.sha256,
        "inline": attachment.inline,
        "content_id": attachment.content_id,
    }


def saved(attachments: list[Attachment], folder: Path) -> list[str]:
    """Writes the files byte for byte; returns what could not be written, in plain words."""
    problems = []
    for number, attachment in enumerate(attachments, start=1):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / saved_name(number, attachment.filename)).write_bytes(attachment.content)
        except OSError as error:
            problems.append(f"Attachment {number} cannot be saved: {error.strerror or error}.")
    return problems


def saved_name(number: int, filename: str) -> str:
    """`001-name.ext`: the order, and a form of the name that is harmless on every system."""
    name = re.split(r"[/\\]", filename)[-1]
    name = re.sub(r"\s+", " ", UNSAFE.sub("_", name)).strip(" .")
    if not name or RESERVED.match(name):
        name = f"file_{name}" if name else "file"
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        stem, extension = name, ""
    room = MAX_SAVED_NAME_BYTES - len(extension.encode()) - 1
    stem = stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .")
    return f"{number:03d}-{stem}.{extension}" if extension else f"{number:03d}-{stem}"
