"""What a file of a stranger is, by its bytes and its name: whether it is an image that may be shown, what makes it
dangerous to open, and what it may be called. Nothing is ever unpacked; of a zip only the list of names is read."""

import io
import re
import unicodedata
import zipfile

IMAGES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
PICTURES = {*IMAGES.values(), "image/webp"}
# The marks: what stands before a download, and `archive`, which is only named.
DANGEROUS = ("program", "script", "macro", "page", "archive_program", "archive_locked", "disguised")
ENDINGS = {
    "program": "apk app appimage appref-ms appx bat cmd com cpl deb desktop dll dmg exe gadget hta inf ins isp jar jnlp"
    " lnk mde msc msi msix msp mst ocx pif pkg prg reg rpm run scf scr settingcontent-ms shb sys url vxd wsc",
    "script": "bash csh js jse ksh mjs ps1 ps1xml psc1 psm1 py pyc pyw rb sct sh vb vbe vbs ws wsf wsh",
    "macro": "docm dotm potm ppam ppsm pptm sldm wll xla xlam xll xlm xlsb xlsm xltm",
    "page": "htm html mht mhtml shtml svg svgz xht xhtml xsl",
    "archive": "7z ace arj bz2 cab gz img iso lha lzh rar tar tbz2 tgz txz udf vhd vhdx xz z zip zst",
}
MARKS = {ending: mark for mark, endings in ENDINGS.items() for ending in endings.split()}
BEGINNINGS = [
    (b"MZ", "program"), (b"\x7fELF", "program"), (b"\xca\xfe\xba\xbe", "program"), (b"\xfe\xed\xfa", "program"),
    (b"\xcf\xfa\xed\xfe", "program"), (b"#!", "script"), (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"), (b"\x1f\x8b", "archive"), (b"BZh", "archive"), (b"\xfd7zXZ\x00", "archive"),
    (b"MSCF", "archive"),
]  # fmt: skip
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
VBA = "_VBA_PROJECT".encode("utf-16-le")
ZIP_END = b"PK\x05\x06"
MOST_NAMES, MOST_LIST_BYTES = 5000, 2_000_000
MOST_NAME_CHARS = 120
# They turn the direction of the text: `exe.pdf` on the screen may end in .exe.
TURNING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
GAP = re.compile(r"\s{5,}")
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.I)


def image_type(content: bytes) -> str:
    """The type of an image that every browser shows and none runs; empty for anything else."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in IMAGES.items() if content.startswith(start)), "")


def mark_of(filename: str, content: bytes) -> str:
    """One of `DANGEROUS`, `archive`, or empty for a file without a danger that can be seen from here."""
    by_name = mark_by_name(filename)
    if by_name == "disguised":
        return by_name
    if content[:4] == b"PK\x03\x04" and by_name != "program":
        return _mark_of_zip(content, by_name)
    if content.startswith(OLE) and by_name in ("", "macro"):
        return "macro" if VBA in content else by_name
    found = next((mark for start, mark in BEGINNINGS if content.startswith(start)), "")
    if found == "archive" and by_name in DANGEROUS:
        return by_name
    # A text that begins with MZ is a program only when its header says so.
    if found == "program" and content[:2] == b"MZ" and b"PE\0\0" not in content[:4096]:
        found = by_name
    return found or by_name


def mark_by_name(filename: str) -> str:
    """What the end of a name alone says."""
    name = filename.strip().rstrip(". ")
    mark = MARKS.get(_extension(name), "")
    return "disguised" if TURNING.search(name) or (GAP.search(name) and mark in DANGEROUS) else mark


def shown_name(filename: str) -> str:
    """A name that is what it looks like, and safe to save: no path, no control or turning characters, not too long."""
    name = "".join(" " if unicodedata.category(one) in ("Zl", "Zp") else one for one in TURNING.sub("", filename))
    name = "".join(one for one in name if unicodedata.category(one)[0] != "C" or one == "\u200d")
    name = re.split(r"[/\\]", name.rstrip("/\\"))[-1]
    name = " ".join(re.sub(r'[<>:"|?*]', "_", name).split()).strip(". ")
    if RESERVED.match(name):
        name = f"_{name}"
    if len(name) > MOST_NAME_CHARS:
        stem, dot, extension = name.rpartition(".")
        kept = f".{extension}" if dot and len(extension) <= 12 else ""
        name = f"{(stem if kept else name)[: MOST_NAME_CHARS - len(kept) - 1].rstrip()}…{kept}"
    return name or "file"


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _mark_of_zip(content: bytes, by_name: str) -> str:
    entries = _listed(content)
    if entries is None:
        return by_name if by_name in DANGEROUS else "archive"
    names = [entry.filename.lower() for entry in entries]
    if any(name.endswith("vbaproject.bin") for name in names):
        return "macro"
    if any(mark_by_name(name) in ("program", "script", "macro", "disguised") for name in names):
        return "archive_program"
    if any(entry.flag_bits & 1 for entry in entries):
        return "archive_locked"
    if by_name in DANGEROUS:
        return by_name
    is_document = "[content_types].xml" in names or "mimetype" in names
    return "" if is_document else "archive"


def _listed(content: bytes) -> list[zipfile.ZipInfo] | None:
    """The entries of a zip; None when its list is broken or too long to be honest."""
    end = content.rfind(ZIP_END, max(0, len(content) - 70_000))
    if end < 0 or len(content) < end + 22:
        return None
    count = int.from_bytes(content[end + 10 : end + 12], "little")
    size = int.from_bytes(content[end + 12 : end + 16], "little")
    if count > MOST_NAMES or size > MOST_LIST_BYTES:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            return opened.infolist()
    except Exception:  # noqa: BLE001 a broken zip raises whatever it likes
        return None
