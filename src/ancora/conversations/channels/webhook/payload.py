"""What is posted, as values: JSON in, JSON out."""

import base64
import binascii
import json
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from ancora.conversations.channels.contract import (
    ChannelFile,
    FileLimits,
    InboundMessage,
    InboundReceipt,
    Outbound,
    Proof,
    ReceiptKind,
    Unreadable,
    Writer,
)

FILES = FileLimits(most=20, most_bytes=25_000_000)
MOST_KEY, MOST_NAME, MOST_TEXT = 200, 320, 500_000
_NUL = dict.fromkeys([0])


def read_posted(raw: bytes, *, trusts_addresses: bool) -> InboundMessage | InboundReceipt:
    """What a post says; else `Unreadable`, with the name of the field that is wrong. `trusts_addresses`: an e-mail
    address that the other side has proved is believed."""
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError):
        raise Unreadable("the body is no JSON in UTF-8") from None
    if not isinstance(given, dict):
        raise Unreadable("the body is no JSON object")
    match given.get("type"):
        case "message":
            return _message(given, trusts_addresses)
        case "receipt":
            return _receipt(given)
        case other:
            raise Unreadable(f"“type” is neither message nor receipt: {str(other)[:100]}")


def written(outbound: Outbound) -> bytes:
    """A message of ours as it is posted, always the same bytes."""
    told = {
        "type": "message",
        "id": outbound.key,
        "thread": outbound.thread_key,
        "to": outbound.to,
        "text": outbound.text,
        "author": outbound.author,
        "reply_to": outbound.reply_to or None,
        "sent_at": outbound.written_at.isoformat(),
        "files": [_file_out(one) for one in outbound.files],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _message(given: dict, trusts_addresses: bool) -> InboundMessage:
    text, files = _text(given, "text", MOST_TEXT), _files(given.get("files") or [])
    if not text.strip() and not files:
        raise Unreadable("neither “text” nor “files”")
    return InboundMessage(
        key=_required(given, "id", MOST_KEY),
        thread_key=_required(given, "thread", MOST_KEY),
        writer=_writer(given.get("from"), trusts_addresses),
        text=text,
        subject=" ".join(_text(given, "subject", 998).split()),
        files=files,
        sent_at=_moment(given.get("sent_at")),
        reply_to=_text(given, "reply_to", MOST_KEY),
        language=_text(given, "language", 35).partition("-")[0].lower()[:8],
        auto="auto_reply" if given.get("automatic") is True else "",
    )


def _receipt(given: dict) -> InboundReceipt:
    status = given.get("status")
    if status not in list(ReceiptKind):
        raise Unreadable("“status” is not delivered, read or failed")
    key = _required(given, "message", MOST_KEY)
    return InboundReceipt(key=key, kind=ReceiptKind(status), words=_text(given, "reason", 2000))


def _writer(given: Any, trusts_addresses: bool) -> Writer:
    if not isinstance(given, dict):
        raise Unreadable("“from” is no object")
    identity, name = _required(given, "id", MOST_KEY), _text(given, "name", MOST_NAME)
    address = _text(given, "email", 320).strip()
    if trusts_addresses and given.get("email_verified") is True and "@" in address:
        return Writer("email", address, name, Proof.STRONG, identity)
    return Writer("external", identity, name)


def _files(given: Any) -> tuple[ChannelFile, ...]:
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Unreadable("“files” is no list of objects")
    if len(given) > FILES.most:
        raise Unreadable(f"more than {FILES.most} files")
    files = tuple(_file_in(one) for one in given)
    if sum(len(one.content) for one in files) > FILES.most_bytes:
        raise Unreadable("the files are larger than 25 MB together")
    return files


def _file_in(given: dict) -> ChannelFile:
    try:
        content = base64.b64decode(_text(given, "content", FILES.most_bytes * 2), validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("“content” of a file is no base64") from None
    kind = _text(given, "type", 127) or "application/octet-stream"
    return ChannelFile(_text(given, "name", 255), kind, content)


def _file_out(one: ChannelFile) -> dict:
    content = base64.b64encode(one.content).decode()
    return {"name": one.filename, "type": one.content_type, "content": content}


def _moment(given: Any) -> datetime | None:
    if given is None:
        return None
    try:
        moment = parse_datetime(given) if isinstance(given, str) else None
    except ValueError:
        moment = None
    if moment is None or not is_aware(moment) or not 1970 <= moment.year <= 2200:
        raise Unreadable("“sent_at” is no time with its zone, as in 2026-05-04T09:30:00Z")
    return moment


def _required(given: dict, name: str, most: int) -> str:
    found = _text(given, name, most).strip()
    if not found:
        raise Unreadable(f"“{name}” is missing")
    return found


def _text(given: dict, name: str, most: int) -> str:
    """A string, or nothing; one that is too long is refused rather than cut."""
    found = given.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise Unreadable(f"“{name}” is no text")
    if len(found) > most:
        raise Unreadable(f"“{name}” is longer than {most} characters")
    try:
        found.encode()
    except UnicodeEncodeError:
        raise Unreadable(f"“{name}” holds half a character") from None
    return found.translate(_NUL)
