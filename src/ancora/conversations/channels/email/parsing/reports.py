"""Delivery reports: RFC 3464, and the free text of servers that never heard of it."""

import re
from dataclasses import dataclass

from .charsets import clean, decode
from .headers import Headers, first, message_id, split_headers
from .limits import MAX_DIAGNOSTIC_CHARS, MAX_REPORTED
from .structure import Part

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
REPLY_CODE = re.compile(r"(?<!\d)([45])\d\d[ -]")
ADDRESS = re.compile(r"<?([^\s<>\"(),;:@]{1,64}@[^\s<>\"(),;:@]{1,255}?)>?:?\s*$", re.MULTILINE)
ORIGINAL_ID = re.compile(r"^[> \t]*Message-ID:\s*<([^<>\s]{1,998})>", re.MULTILINE | re.IGNORECASE)
ADDRESS_IN = re.compile(r"[^\s<>\"(),;:@]{1,64}@[^\s<>\"(),;:@]{1,255}")
# `smtp; 550 …`, `x-postfix; …`
TYPE_PREFIX = re.compile(r"^\s*[\w-]{1,30};\s*")
REASON = re.compile(r"^.{0,200}?(?<!\d)[45]\d\d[ -](?:#?\d\.\d{1,3}\.\d{1,3})?.{1,300}$", re.MULTILINE)
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


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a report says of one recipient: `reason` in the words of the server; `kind` is hard (never), soft (not now)
    or None where nothing failed or nobody can tell."""

    recipient: str | None
    action: str | None
    status: str | None
    reason: str
    kind: str | None


@dataclass(frozen=True, slots=True)
class FeedbackReport:
    """A complaint in the abuse reporting format (RFC 5965): `type` is abuse, fraud, not-spam …; `source` the host the
    mail is said to come from; `recipient` who complained; `message_id` the mail of ours it is about."""

    type: str
    source: str | None
    recipient: str | None
    message_id: str | None


def delivery_report(parts: list[Part]) -> DeliveryReport | None:
    """The report in a mail's parts; of several recipients the first that failed."""
    status_part = status_of(parts)
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


def deliveries(parts: list[Part]) -> list[Delivery]:
    """What a delivery report says of each of its recipients, in its order."""
    status_part = status_of(parts)
    groups = status_groups(status_part) if status_part else []
    return [delivery(group) for group in groups if "action" in group or recipient(group)][:MAX_REPORTED]


def status_of(parts: list[Part]) -> Part | None:
    """The part with the report itself; one that a person attached to other words is only a file."""
    is_report = parts[0].type == "multipart/report"
    return next(
        (
            part
            for part in parts
            if part.type == "message/delivery-status" and (is_report or part.disposition != "attachment")
        ),
        None,
    )


def delivery(group: Headers) -> Delivery:
    action = first(group, "action").lower().split(" ")[0] or None
    reason = TYPE_PREFIX.sub("", first(group, "diagnostic-code"))[:MAX_DIAGNOSTIC_CHARS]
    status = STATUS.search(first(group, "status")) or STATUS.search(reason)
    code = REPLY_CODE.search(reason)
    return Delivery(recipient(group), action, status[1] if status else None, reason, severity(action, status, code))


def delivery_in_words(words: str, *, action: str, recipient: str) -> Delivery:
    """What a server said of one recipient outside of a report; codes are found in its words."""
    status = STATUS.search(words)
    kind = severity(action, status, REPLY_CODE.search(words))
    return Delivery(recipient, action, status[1] if status else None, words, kind)


def severity(action: str | None, status: re.Match | None, code: re.Match | None) -> str | None:
    """Hard or soft by the class of the status (RFC 3463), else of the reply code (RFC 5321)."""
    if action not in ("failed", "delayed"):
        return None
    digit = status[1][0] if status else code[1] if code else "4" if action == "delayed" else ""
    return {"5": "hard", "4": "soft"}.get(digit)


def guessed_deliveries(headers: Headers, text: str, report: DeliveryReport) -> list[Delivery]:
    """The recipients of a bounce without RFC 3464 parts; they share the words of the server."""
    text = text[:MAX_BOUNCE_TEXT]
    named = [one.strip() for one in first(headers, "x-failed-recipients").split(",") if "@" in one]
    line = REASON.search(text)
    reason = " ".join(line[0].split())[:MAX_DIAGNOSTIC_CHARS] if line else ""
    status = STATUS.search(report.status or "")
    kind = severity(report.action, status, REPLY_CODE.search(reason))
    wanted = named or [report.recipient]
    return [Delivery(one, report.action, report.status, reason, kind) for one in wanted[:MAX_REPORTED]]


def feedback_report(parts: list[Part]) -> FeedbackReport | None:
    """The complaint in a mail's parts."""
    part = next((part for part in parts if part.type == "message/feedback-report"), None)
    if part is None:
        return None
    content = part.content()[:MAX_REPORT_BYTES].lstrip()
    fields = split_headers(content, 0, len(content))[0]
    returned = returned_headers(parts)
    named = first(fields, "original-rcpt-to") or first(fields, "removal-recipient") or first(returned, "to")
    address = ADDRESS_IN.search(named)
    return FeedbackReport(
        type=first(fields, "feedback-type").lower()[:40] or "other",
        source=(first(fields, "source-ip") or first(fields, "reporting-mta").rpartition(";")[2].strip())[:255] or None,
        recipient=address[0] if address else None,
        message_id=returned_id(parts),
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


def returned_headers(parts: list[Part]) -> Headers:
    """The headers of the mail that came back: of several those that name it."""
    found: list[Headers] = []
    for part in parts:
        if part.type in RETURNED:
            content = part.content().lstrip()[:200_000]
            found.append(split_headers(content, 0, len(content))[0])
    return next((headers for headers in found if message_id(headers)), found[0] if found else {})


def returned_id(parts: list[Part]) -> str | None:
    if found := message_id(returned_headers(parts)):
        return found
    for part in parts:
        if part.type == "text/plain":
            text = clean(decode(part.content()[:200_000], part.parameters.get("charset"))[0])
            original = ORIGINAL_ID.search(text)
            if original:
                return original[1]
    return None
