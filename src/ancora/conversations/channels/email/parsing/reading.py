"""A whole mail read: raw bytes in, one ParsedMail out, whatever the bytes are."""

import hashlib
import re
from dataclasses import replace
from datetime import datetime

from ancora.platform.addresses import compared_address

from .addresses import Address, addresses
from .attachments import Attachment
from .automatic import AUTO, kind_of
from .bodies import Body
from .calendars import Invitation, invitation, is_calendar
from .certified import letter_inside, receipt
from .charsets import clean
from .headers import Headers, date, every, first, identifiers, message_id
from .headings import is_forward
from .language import language_of
from .limits import MAX_RAW_BYTES, MAX_SUBJECT_CHARS
from .mail import ParsedMail
from .pgp import without_messages
from .quotes import Reply, visible_reply
from .reports import (
    Delivery,
    DeliveryReport,
    deliveries,
    delivery_report,
    feedback_report,
    guessed_deliveries,
    guessed_report,
)
from .structure import Part, Reader

ENVELOPE_HEADERS = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "apparently-to",
)
FORWARD_SUBJECT = re.compile(r"^\s*(?:fwd?|i|wg|tr|rv|inoltro|doorst|enc)\s?:", re.IGNORECASE)
# What lists and gateways add below a mail, so that two copies of it differ.
ADDED_FOOTER = re.compile(r"\n[ \t]*(?:_{10,}|-{2} |-{10,})[ \t]*\n(?=.{0,2000}\Z)", re.DOTALL)


def parse(raw: bytes) -> ParsedMail:
    """Understands a mail. Never raises: what is wrong with it is said in `warnings`."""
    warnings: list[str] = []
    try:
        return read(bytes(raw), warnings)
    except Exception as error:  # noqa: BLE001 no bytes of a stranger may ever stop the intake
        warnings.append(f"The mail could not be understood ({type(error).__name__}); only its raw text is shown.")
        text = clean(bytes(raw)[:100_000].decode("utf-8", "replace"))
        return ParsedMail(text=text, reply_text=text, body_digest=digest(text, []), warnings=warnings)


def read(raw: bytes, warnings: list[str], *, is_letter: bool = False) -> ParsedMail:
    """As `parse`, but raises; `is_letter` for one inside a certified envelope, which is not opened further."""
    raw = prepared(raw, warnings)
    root = Reader(raw, warnings).part(0, len(raw), "text/plain", 0)
    headers = root.headers
    senders = addresses(headers, "from")
    sender = senders[0] if senders else None
    body = Body(warnings, sender.address if sender else "")
    body.read(root)
    parts = list(every_part(root))
    text, html, reply = understood(body, sender)
    found = ParsedMail(
        **of_headers(headers, senders, warnings),
        **of_machines(headers, parts, text, reply.text, warnings),
        text=text,
        html=html,
        reply_text=reply.text,
        signature=reply.signature,
        disclaimer=reply.disclaimer,
        attachments=shown_inline(body.attachments, html),
        security=body.security,
        language=language_of(reply.text, text),
        warnings=warnings,
        body_digest=digest(text, body.attachments),
        is_forward=says_forward(first(headers, "subject"), text),
    )
    letter = letter_inside(headers, parts) if "x-trasporto" in headers and not is_letter else None
    return opened(found, letter) if letter else found


def says_forward(subject: str, text: str) -> bool:
    """Whether a mail with these passes another one on."""
    return bool(FORWARD_SUBJECT.match(subject)) or is_forward(text)


def of_headers(headers: Headers, senders: list[Address], warnings: list[str]) -> dict:
    """What the headers of a mail say."""
    moment, to, cc = date(headers), addresses(headers, "to"), addresses(headers, "cc")
    note_headers(headers, senders, moment, warnings)
    return {
        "message_id": message_id(headers),
        "date": moment,
        "subject": " ".join(first(headers, "subject")[:MAX_SUBJECT_CHARS].split()),
        "from_": senders[0] if senders else None,
        "to": to,
        "cc": cc,
        "reply_to": addresses(headers, "reply-to"),
        "in_reply_to": message_id(headers, "in-reply-to"),
        "references": identifiers(headers, "references"),
        "delivered_to": recipients(headers, to, cc),
        "return_path": return_path(headers),
        "auto_submitted": first(headers, "auto-submitted") or None,
        "list_id": first(headers, "list-id") or None,
        "authentication_results": every(headers, "authentication-results"),
    }


def of_machines(headers: Headers, parts: list[Part], text: str, words: str, warnings: list[str]) -> dict:
    """What a mail is, and what it carries for programs: reports, complaints, meetings. `words` were newly written."""
    meeting = invitation(parts, warnings) if any(map(is_calendar, parts)) else None
    report, told = reported(headers, parts)
    kind = kind_of(
        headers,
        parts,
        text,
        has_report=report is not None,
        answers_invitation=is_bare_answer(headers, meeting, words),
    )
    if kind == "delivery_report" and report is None:
        report = guessed_report(headers, text)
        told = guessed_deliveries(headers, text, report)
    return {
        "kind": kind,
        "auto": AUTO[kind],
        "dsn": report,
        "dsn_recipients": told,
        "feedback": feedback_report(parts) if len(parts) > 1 else None,
        "invitation": meeting,
    }


def is_bare_answer(headers: Headers, meeting: Invitation | None, words: str) -> bool:
    """Whether it answers an invitation and says nothing else; Google's calendar writes some words of its own."""
    if meeting is None or meeting.method != "reply":
        return False
    return not words.strip() or "calendar-notification@google.com" in first(headers, "sender")


def opened(envelope: ParsedMail, letter: bytes) -> ParsedMail:
    """A certified letter as what its sender wrote; how it came, and who vouches for it, is told by the envelope."""
    inside = read(letter, [], is_letter=True)
    if inside.from_ is None:
        return envelope
    return replace(
        inside,
        message_id=envelope.message_id or inside.message_id,
        references=list(dict.fromkeys([*inside.references, *envelope.references])),
        delivered_to=envelope.delivered_to,
        return_path=envelope.return_path,
        authentication_results=envelope.authentication_results,
        security=envelope.security,
        warnings=[*envelope.warnings, *(one for one in inside.warnings if one not in envelope.warnings)],
    )


def reported(headers: Headers, parts: list[Part]) -> tuple[DeliveryReport | None, list[Delivery]]:
    """What the mail reports of the delivery of another one."""
    if report := delivery_report(parts):
        return report, deliveries(parts)
    return (receipt(headers, parts) if "x-ricevuta" in headers else None) or (None, [])


def prepared(raw: bytes, warnings: list[str]) -> bytes:
    """The bytes from the first header on, with line ends that the rest can rely on."""
    if len(raw) > MAX_RAW_BYTES:
        warnings.append(f"The mail is larger than {MAX_RAW_BYTES // 1024 // 1024} MB; only that much was read.")
        raw = raw[:MAX_RAW_BYTES]
    if not raw.strip(b"\0\r\n\t "):
        warnings.append("The mail is empty.")
    if raw[:3] == b"\xef\xbb\xbf":
        raw = raw[3:]
    if raw[:1] in (b"\n", b"\r", b" "):
        raw = raw.lstrip(b"\r\n ")
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    return raw


def every_part(part: Part):
    yield part
    for child in part.children:
        yield from every_part(child)


def understood(body: Body, sender: Address | None) -> tuple[str, str | None, Reply]:
    """Text, safe HTML and the visible reply of all sections together."""
    name = (sender.name or sender.address) if sender else ""
    text = "\n\n".join(part for part, _ in body.sections if part)
    if not any(part for _, part in body.sections):
        html, reply = None, visible_reply(text, name)
    else:
        from . import html as markup  # lxml and nh3 take 40 ms to load, which plain text need not pay

        text, html, reply = markup.read_sections(body.sections, name)
    if body.security and body.security.state == "encrypted":
        # Nobody reads an encrypted block; it stays in the whole text.
        reply = reply._replace(text=without_messages(reply.text).strip())
    return text, html, reply


def shown_inline(attachments: list[Attachment], html: str | None) -> list[Attachment]:
    """Images that the HTML shows are inline, whatever their disposition says (Exchange calls them attached)."""
    if not html or "cid:" not in html:
        return attachments
    return [
        replace(one, inline=True) if not one.inline and one.content_id and f"cid:{one.content_id}" in html else one
        for one in attachments
    ]


def recipients(headers: Headers, to: list[Address], cc: list[Address]) -> list[str]:
    """Every address this mail came to, in the form to compare: of the envelope first, then To and Cc."""
    envelope = [address for name in ENVELOPE_HEADERS if name in headers for address in addresses(headers, name)]
    return list(dict.fromkeys(compared_address(address.address) for address in (*envelope, *to, *cc)))


def return_path(headers: Headers) -> str | None:
    """The envelope sender; empty for the null sender of bounces, None when nothing recorded it."""
    if "return-path" not in headers:
        return None
    found = addresses(headers, "return-path")
    return found[0].address if found else ""


def note_headers(headers: Headers, senders: list[Address], moment: datetime | None, warnings: list[str]) -> None:
    if not senders:
        warnings.append("The mail has no sender address.")
    elif len(senders) > 1:
        warnings.append("The mail names several senders; the first is taken.")
    if "date" not in headers:
        warnings.append("The mail has no date.")
    elif moment is None:
        warnings.append("The date of the mail cannot be read.")
    if "message-id" not in headers:
        warnings.append("The mail has no Message-ID.")


def digest(text: str, attachments: list[Attachment]) -> str:
    """The same for two copies of one mail: white space, line folding and list footers do not count."""
    hashed = hashlib.sha256("".join(without_footer(text).split()).encode("utf-8", "replace"))
    for attachment in sorted(attachment.sha256 for attachment in attachments):
        hashed.update(attachment.encode("ascii"))
    return hashed.hexdigest()


def without_footer(text: str) -> str:
    tail = text[-4000:]
    match = ADDED_FOOTER.search(tail)
    return text[: len(text) - len(tail) + match.start()] if match else text
