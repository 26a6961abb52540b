"""Which parts of a mail are its text, which its HTML, which its files."""

import re
from dataclasses import replace

from .attachments import Attachment, attached, is_tnef, opened_tnef, uuencoded
from .charsets import clean, decode
from .flowed import unflow
from .limits import MAX_HTML_CHARS, MAX_TEXT_CHARS, MAX_UUENCODED_BYTES, MAX_WRAPPINGS
from .pgp import unarmoured
from .security import BROKEN, CLOSED, ENCRYPTED, Security, encrypted, of_parts, of_signature, signed_by_pgp
from .smime import is_wrapped, unwrapped
from .structure import Part, Reader

REALLY_HTML = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?"
    r"<(?:!doctype\s+html|html|head|body|(?:div|p|table|span|font|center|br)\b[^<>]{0,500}>.{0,2000}?(?:</|<br))",
    re.IGNORECASE | re.DOTALL,
)
TAG = re.compile(r"<[a-zA-Z!/][^<>]*>")
SHOWN_TYPES = {"text/plain", "text/html", "text/enriched", "text/markdown"}


class Body:
    """Collects the sections of a mail in reading order; each has a text, an HTML, or both."""

    def __init__(self, warnings: list[str], sender: str = "") -> None:
        self.sections: list[tuple[str, str]] = []
        self.attachments: list[Attachment] = []
        self.warnings, self.sender = warnings, sender
        self.security: Security | None = None
        # The part that is the whole mail: a signature around it covers everything.
        self.whole: Part | None = None
        self.wrappings = 0
        self.room = {"text": MAX_TEXT_CHARS, "HTML": MAX_HTML_CHARS}

    def read(self, part: Part) -> None:
        """Takes in a part with everything inside it; the first one is the mail."""
        self.whole = self.whole or part
        if part.children:
            self.read_multipart(part)
        elif is_wrapped(part):
            self.read_wrapped(part)
        elif self.is_shown(part):
            self.read_text(part)
        else:
            self.attach(part)

    def read_multipart(self, part: Part) -> None:
        if part.type == "multipart/alternative":
            return self.read_alternative(part)
        if part.type == "multipart/encrypted":
            self.note_security(encrypted("pgp"), whole=part is self.whole)
            for child in part.children:
                self.attach_all(child)
            return None
        if part.type == "multipart/signed":
            self.note_security(of_parts(part, self.sender), whole=part is self.whole)
            self.read(part.children[0])
            for child in part.children[1:]:
                self.attach_all(child) if "signature" in child.type else self.read(child)
            return None
        related = part.type == "multipart/related"
        for number, child in enumerate(part.children):
            if related and number and not child.children:
                self.attach(child, inline=child.disposition != "attachment")
            else:
                self.read(child)
        return None

    def read_wrapped(self, part: Part) -> None:
        """A mail inside S/MIME: read when it is only signed or compressed, kept as a file when it is encrypted."""
        self.wrappings += 1
        found = unwrapped(part)
        if found.kind == "encrypted":
            self.note_security(encrypted("smime"), whole=part is self.whole)
        if found.content is None or self.wrappings > MAX_WRAPPINGS:
            if found.kind != "encrypted":
                self.note(CLOSED)
            return self.attach(part)
        if found.signed is not None:
            self.note_security(of_signature(found.signed, self.sender), whole=part is self.whole)
        inside = Reader(found.content, self.warnings).part(0, len(found.content), "text/plain", 0)
        self.whole = inside if part is self.whole else self.whole
        self.read(inside)
        part.children = [inside]
        return None

    def note_security(self, found: Security, *, whole: bool) -> None:
        """The outermost signature or encryption counts."""
        if self.security is None:
            self.security = found if whole else replace(found, whole=False)
            if found.state == "encrypted":
                self.note(ENCRYPTED)
            elif found.signature == "broken":
                self.note(BROKEN)

    def note(self, warning: str) -> None:
        if warning not in self.warnings:
            self.warnings.append(warning)

    def read_alternative(self, part: Part) -> None:
        """All alternatives say the same: the best text and the best HTML make one section (RFC 2046 5.1.4)."""
        text = html = ""
        before = len(self.sections)
        for child in part.children:
            if child.type == "text/calendar" or not (child.children or self.is_shown(child)):
                self.attach(child) if not child.children else self.read(child)
                continue
            self.read(child)
            found, self.sections[before:] = self.sections[before:], []
            texts = [section_text for section_text, _ in found if section_text]
            htmls = [section_html for _, section_html in found if section_html]
            if htmls:
                html = "\n".join(htmls)
            if texts and (not text or child.type == "text/plain"):
                text = "\n\n".join(texts)
        if text or html:
            self.sections.append((text, html))

    def is_shown(self, part: Part) -> bool:
        if part.type not in SHOWN_TYPES or part.disposition == "attachment":
            return False
        return not part.filename or (not self.sections and not self.attachments and part.disposition == "inline")

    def read_text(self, part: Part) -> None:
        content = self.readable(part.content())
        text, warning = decode(content, part.parameters.get("charset"))
        if warning:
            self.note(warning)
        text = clean(text).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        if part.type == "text/html":
            if TAG.search(text[:MAX_HTML_CHARS]):
                return self.add("", self.cut(text, "HTML"))
        elif part.type != "text/enriched" and REALLY_HTML.match(text):
            self.warnings.append("The text is really HTML and is shown as such.")
            return self.add("", self.cut(text, "HTML"))
        if part.parameters.get("format", "").lower() == "flowed":
            text = unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
        text, state, whole = unarmoured(text)
        if state:
            self.note_security(
                encrypted("pgp") if state == "encrypted" else signed_by_pgp(), whole=whole and part is self.whole
            )
        text, files = uuencoded(text)
        self.attachments += files
        return self.add(self.cut(text, "text"), "")

    def readable(self, content: bytes) -> bytes:
        """As many bytes as can become visible; a text with files inside is read further."""
        limit = MAX_UUENCODED_BYTES if b"begin " in content[: MAX_TEXT_CHARS * 4] else MAX_TEXT_CHARS * 4
        if len(content) > limit:
            self.note_length("text")
        return content[:limit]

    def add(self, text: str, html: str) -> None:
        text = text.strip("\n").rstrip()
        if text or html.strip():
            self.sections.append((text, html))

    def cut(self, text: str, what: str) -> str:
        """As much of the text as the mail may still hold in all its parts together."""
        room = self.room[what]
        self.room[what] = max(0, room - len(text))
        if len(text) > room:
            self.note_length(what)
        return text[:room]

    def note_length(self, what: str) -> None:
        self.note(f"The {what} of the mail is too long; the rest is in the original.")

    def attach_all(self, part: Part) -> None:
        for child in part.children:
            self.attach_all(child)
        if not part.children:
            self.attach(part)

    def attach(self, part: Part, *, inline: bool | None = None) -> None:
        if inline is None:
            inline = part.disposition == "inline" or (not part.disposition and "content-id" in part.headers)
        inline = inline and not part.type.startswith("message/")
        found = attached(part, inline=inline, number=len(self.attachments) + 1)
        if not is_tnef(part):
            self.attachments.append(found)
            return
        files, text, html = opened_tnef(found, self.warnings)
        self.attachments += files
        if not self.sections:
            self.add(clean(text)[:MAX_TEXT_CHARS], clean(html)[:MAX_HTML_CHARS])
