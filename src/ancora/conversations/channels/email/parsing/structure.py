"""The tree of parts of a mail, read in place.

Written instead of the standard library's parser for three reasons: offsets into the raw bytes keep
an attached mail verbatim, depth and part limits hold while reading, and it takes a fifth of the time.
"""

import binascii
import re
from dataclasses import dataclass, field

from .headers import Headers, base64_bytes, split_headers
from .limits import MAX_DEPTH, MAX_PARTS
from .parameters import content_type, disposition, filename

UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ", re.MULTILINE)


@dataclass(slots=True)
class Part:
    """One part: its headers, its type, where its body lies, and the parts inside it."""

    raw: bytes
    headers: Headers
    type: str
    parameters: dict[str, str]
    # Where the headers begin, the body begins, and both end.
    begin: int
    start: int
    end: int
    disposition: str = ""
    filename: str = ""
    children: list["Part"] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """The body as it stands in the mail, still encoded."""
        return self.raw[self.start : self.end]

    def content(self) -> bytes:
        """The body with its transfer encoding taken away; damaged encodings give what they hold."""
        encoding = self.headers.get("content-transfer-encoding", [b""])[0].split(b";")[0].strip(b" \"'").lower()
        if encoding == b"base64":
            return base64_bytes(self.body)
        if encoding == b"quoted-printable":
            return binascii.a2b_qp(self.body)
        if encoding in (b"x-uuencode", b"uuencode", b"x-uue", b"uue"):
            return uu_bytes(self.body)
        return self.body


class Reader:
    """Reads one mail into parts; counts them and collects what was wrong."""

    def __init__(self, raw: bytes, warnings: list[str]) -> None:
        self.raw, self.warnings, self.count = raw, warnings, 0

    def part(self, start: int, end: int, default: str, depth: int) -> Part:
        headers, body, sound = split_headers(self.raw, start, end)
        if not sound:
            self.warn("A header block is damaged.")
        self.count += 1
        kind, parameters = content_type(headers, default)
        where, where_parameters = disposition(headers)
        part = Part(
            self.raw, headers, kind, parameters, start, body, end, where, filename(parameters, where_parameters)
        )
        if kind.startswith("multipart/"):
            self.open(part, depth)
        return part

    def open(self, part: Part, depth: int) -> None:
        """Fills in the children; a multipart that cannot be opened is left as one closed part."""
        boundary = part.parameters.get("boundary", "").rstrip()
        if not boundary:
            boundary = self.guessed_boundary(part)
        if not boundary:
            part.type = "text/plain"
            return self.warn("A multipart has no boundary; it is shown as text.")
        if depth >= MAX_DEPTH:
            part.type, part.filename = "application/octet-stream", part.filename or "nested.eml"
            return self.warn(f"Parts are nested more than {MAX_DEPTH} deep; the rest is an attachment.")
        ranges, closed = self.ranges(part, boundary)
        if not ranges:
            part.type = "text/plain"
            return self.warn("A multipart has no parts; it is shown as text.")
        if not closed:
            self.warn("The mail ends before its last part is closed.")
        default = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
        for start, end in ranges:
            if self.count >= MAX_PARTS:
                return self.warn(f"The mail has more than {MAX_PARTS} parts; only the first are shown.")
            part.children.append(self.part(start, end, default, depth + 1))
        return None

    def ranges(self, part: Part, boundary: str) -> tuple[list[tuple[int, int]], bool]:
        """Where the children lie. The line break before a boundary line belongs to it (RFC 2046 5.1.1)."""
        name = re.escape(boundary.encode("utf-8", "replace"))
        line = re.compile(rb"^--" + name + rb"(--)?[ \t]*\r?$", re.MULTILINE)
        found: list[tuple[int, int]] = []
        begin = -1
        for match in line.finditer(self.raw, part.start, part.end):
            if begin >= 0:
                found.append((begin, max(begin, self.before_break(match.start()))))
            begin = min(match.end() + 1, part.end)
            if match[1]:
                return found, True
            if len(found) > MAX_PARTS:
                return found, True
        if begin >= 0:
            found.append((begin, part.end))
        return found, False

    def guessed_boundary(self, part: Part) -> str:
        match = re.compile(rb"^--([!-~]{1,70})\r?$", re.MULTILINE).search(self.raw, part.start, part.end)
        return match[1].decode("ascii") if match else ""

    def before_break(self, position: int) -> int:
        if self.raw[position - 2 : position] == b"\r\n":
            return position - 2
        return position - 1 if self.raw[position - 1 : position] == b"\n" else position

    def warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)


def uu_bytes(content: bytes) -> bytes:
    """The file inside uuencoded text, or the text itself when there is none."""
    begin = UU_BEGIN.search(content)
    if begin is None:
        return content
    return uu_lines(content[begin.start() :].splitlines()[1:])


def uu_lines(lines: list[bytes]) -> bytes:
    decoded = []
    for line in lines:
        if line.strip() in (b"end", b"`", b""):
            break
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders count wrong; the workaround of Python's own former uu module.
            length = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                decoded.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                continue
    return b"".join(decoded)
