"""Delivery reports: RFC 3464, and the free text of servers that never heard of it."""

import re
from dataclasses import dataclass

from .charsets import clean, decode
from .headers import Headers, first, message_id, split_headers
from .structure import Part

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
REPLY_CODE = re.compile(r"(?<!\d)([45])\d\d[ -]")
ADDRESS = re.compile(r"<?([^\s<>\"(),;:@]{1,64}@[^\s<>\"(),;:@]{1,255}?)>?:?\s*$", re.MULTILINE)
ORIGINAL_ID = re.compile(r"^[> \t]*Message-ID:\s*<([^<>\s]{1,998})>", re.MULTILINE | re.IGNORECASE)
RETURNED = {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"}

# Free-text bounces tell what matters at their beginning; the rest is the returned mail.
MAX_BOUNCE_TEXT = 20_000
# A report about hundreds of recipients stays far below.
MAX_REPORT_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of a mail we sent: `action` is failed, delayed, delivered, relayed or expanded."""

    action: str | None
    status: str | None
    recipient: str | None
    message_id: str | None


def delivery_report(parts: list[Part]) -> DeliveryReport | None:
    """The report in a mail's parts; of several recipients the first that failed."""
    status_part = next((part for part in parts if part.type == "message/delivery-status"), None)
    if status_part is None:
        return None
    groups = status_groups(status_part)
    chosen = next((group for group in groups if first(group, "action").lower() == "failed"), None)
    chosen = chosen or next((group for group in groups if "action" in group), {})
    status = STATUS.search(first(chosen, "status"))
    return DeliveryReport(
        action=first(chosen, "action").lower().split(" ")[0] or None,
        status=status[1] if status else None,
        recipient=recipient(chosen),
        message_id=returned_id(parts) or message_id(chosen, "original-message-id"),
    )


def guessed_report(headers: Headers, text: str) -> DeliveryReport:
    """What a bounce without RFC 3464 parts tells in its headers and its text."""
    text = text[:MAX_BOUNCE_TEXT]
    failed = first(headers, "x-failed-recipients").split(",")[0].strip()
    address = None if failed else ADDRESS.search(text)
    status, code, original = STATUS.search(text), REPLY_CODE.search(text), ORIGINAL_ID.search(text)
    return DeliveryReport(
        action="delayed" if (status and status[1][0] == "4") else "failed",
        status=status[1] if status else (f"{code[1]}.0.0" if code else None),
        recipient=failed or (address[1] if address else None),
        message_id=original[1] if original else None,
    )


def status_groups(part: Part) -> list[Headers]:
    """The groups of fields of a message/delivery-status: one for the mail, one per recipient."""
    content = part.content()[:MAX_REPORT_BYTES].replace(b"\r\n", b"\n").strip(b"\n")
    return [split_headers(group, 0, len(group))[0] for group in re.split(rb"\n[ \t]*\n\s*", content)[:200]]


def recipient(group: Headers) -> str | None:
    """The address we wrote to: Original-Recipient names it even when it was forwarded since."""
    for name in ("original-recipient", "final-recipient"):
        value = first(group, name).rpartition(";")[2].strip().strip("<>")
        if "@" in value:
            return value
    return None


def returned_id(parts: list[Part]) -> str | None:
    for part in parts:
        if part.type in RETURNED:
            content = part.content().lstrip()[:200_000]
            if found := message_id(split_headers(content, 0, len(content))[0]):
                return found
    for part in parts:
        if part.type == "text/plain":
            text = clean(decode(part.content()[:200_000], part.parameters.get("charset"))[0])
            original = ORIGINAL_ID.search(text)
            if original:
                return original[1]
    return None
