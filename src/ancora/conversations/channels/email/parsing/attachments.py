"""Files in a mail: attached, embedded, uuencoded in the text, or wrapped in a winmail.dat."""

import hashlib
import mimetypes
import re
from dataclasses import dataclass

from .charsets import clean_line, decode
from .headers import decode_value, message_id, split_headers
from .limits import MAX_FILENAME_CHARS, MAX_TNEF_BYTES
from .structure import Part, uu_lines

UU_FILE = re.compile(r"^begin [0-7]{3,4} ([^\r\n]{1,200})\r?$", re.MULTILINE)
UU_LINE = re.compile(r"^[ -`]{1,90}$")
TNEF_TYPES = {"application/ms-tnef", "application/vnd.ms-tnef"}

# mimetypes knows these by names no mail program would take, or not at all.
EXTENSIONS = {
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "text/rfc822-headers": ".txt",
    "text/plain": ".txt",
    "text/calendar": ".ics",
    "application/octet-stream": ".bin",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "image/jpeg": ".jpg",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file, byte for byte. `inline` files are shown inside the text, mostly by their content id."""

    filename: str
    content_type: str
    content: bytes
    inline: bool = False
    content_id: str | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def attached(part: Part, *, inline: bool, number: int) -> Attachment:
    """The attachment a part holds; attached mails stay verbatim; a file without a name gets one."""
    content = part.body if verbatim(part) else part.content()
    name = part.filename or given_name(part, content, number)
    return Attachment(name, part.type, content, inline, message_id(part.headers, "content-id"))


def verbatim(part: Part) -> bool:
    """RFC 2046 5.2.1 forbids encoding attached mails, so an encoding there is undone, all else kept."""
    encoding = part.headers.get("content-transfer-encoding", [b""])[0].strip().lower()
    return part.type.startswith("message/") and encoding not in (b"base64", b"quoted-printable")


def given_name(part: Part, content: bytes, number: int) -> str:
    extension = EXTENSIONS.get(part.type) or mimetypes.guess_extension(part.type, strict=False) or ".bin"
    if part.type == "message/rfc822":
        subject = split_headers(content[:65536], 0, min(len(content), 65536))[0].get("subject")
        title = re.sub(r"[^\w .,-]+", " ", decode_value(subject[0])).strip(" .") if subject else ""
        return (title[: MAX_FILENAME_CHARS - 4] or "message") + extension
    return f"attachment-{number}{extension}"


def uuencoded(text: str) -> tuple[str, list[Attachment]]:
    """The text without its uuencoded files, and those files."""
    if "\nbegin " not in text and not text.startswith("begin "):
        return text, []
    kept: list[str] = []
    files: list[Attachment] = []
    position = 0
    for begin in UU_FILE.finditer(text):
        if begin.start() < position:
            continue
        lines, end = uu_block(text, begin.end() + 1)
        if not lines:
            continue
        content = uu_lines([line.encode("ascii") for line in lines])
        name = clean_line(begin[1]).replace("\\", "/").rsplit("/", 1)[-1]
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        files.append(Attachment(name or "file.bin", kind, content))
        kept.append(text[position : begin.start()])
        position = end
    kept.append(text[position:])
    return "".join(kept), files


def uu_block(text: str, start: int) -> tuple[list[str], int]:
    """The encoded lines from `start` and where the text goes on; nothing when they are no such lines."""
    lines: list[str] = []
    while True:
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)].rstrip("\r")
        start = end + 1 if end >= 0 else len(text)
        if line == "end":
            return lines, start
        if end < 0 or (line and not UU_LINE.match(line)):
            return [], start
        lines.append(line)


def opened_tnef(winmail: Attachment, warnings: list[str]) -> tuple[list[Attachment], str, str]:
    """The files, the text and the HTML inside a winmail.dat; the file itself when it cannot be opened."""
    if len(winmail.content) > MAX_TNEF_BYTES:
        warnings.append("A winmail.dat is too large to open; it is kept as it is.")
        return [winmail], "", ""
    import tnefparse

    try:
        tnef = tnefparse.TNEF(winmail.content, do_checksum=False)
        files = [file for file in map(tnef_file, tnef.attachments) if file is not None]
        text, html = tnef_text(tnef.body), tnef_text(tnef.htmlbody)
    except Exception:  # noqa: BLE001 a foreign parser over hostile bytes raises whatever it likes
        warnings.append("A winmail.dat could not be opened; it is kept as it is.")
        return [winmail], "", ""
    if not files and not text and not html:
        return [winmail], "", ""
    return files, text, html


def tnef_file(found) -> Attachment | None:
    name = clean_line(str(found.long_filename() or "")).replace("\\", "/").rsplit("/", 1)[-1][:MAX_FILENAME_CHARS]
    content = found.data
    if not isinstance(content, bytes | bytearray):
        return None
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Attachment(name or "attachment.bin", kind, bytes(content))


def tnef_text(body: str | bytes | None) -> str:
    return decode(body, None)[0] if isinstance(body, bytes) else body or ""


def is_tnef(part: Part) -> bool:
    return part.type in TNEF_TYPES or part.filename.lower() == "winmail.dat"
