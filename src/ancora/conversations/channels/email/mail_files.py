"""Mails in files: one mail a file, a maildir, an mbox, or a folder of mails."""

import re
from collections.abc import Iterator
from pathlib import Path

# "From " alone begins many a sentence; with a year at the end and an empty line before it begins a mail.
FROM_LINE = re.compile(rb"^From .*\b\d{4}\b[^\n]{0,10}$")
ESCAPED = re.compile(rb"^>+From ")
MOST_HEADER_BYTES = 256_000
_HEADER_END = re.compile(rb"\r?\n\r?\n")


def mails_in(path: Path) -> Iterator[tuple[Path, bytes]]:
    """(file, mail) for everything in `path`, in order; `OSError` for what cannot be read."""
    if path.is_dir():
        for one in _files_of(path):
            yield from mails_in(one)
    elif _is_mbox(path):
        yield from ((path, raw) for raw in _split(path))
    else:
        yield path, path.read_bytes()


def header_of(raw: bytes) -> bytes:
    """Its header alone, with an empty line at the end."""
    return _HEADER_END.split(raw[:MOST_HEADER_BYTES], maxsplit=1)[0] + b"\n\n"


def _files_of(folder: Path) -> list[Path]:
    """Of a maildir what was delivered, oldest first: its names begin with the time. Of another folder everything."""
    if (folder / "cur").is_dir() or (folder / "new").is_dir():
        found = [one for name in ("new", "cur") if (folder / name).is_dir() for one in (folder / name).iterdir()]
        return sorted((one for one in found if not one.name.startswith(".")), key=lambda one: in_age(one.name))
    return sorted(one for one in folder.iterdir() if not one.name.startswith("."))


def in_age(name: str) -> tuple[int, str]:
    seconds = name.partition(".")[0]
    return (int(seconds) if seconds.isdecimal() and len(seconds) < 20 else 0, name)


def _is_mbox(path: Path) -> bool:
    """By its first line; a file that is called .eml is one mail whatever it begins with."""
    if path.suffix.lower() == ".eml":
        return False
    with path.open("rb") as file:
        return bool(FROM_LINE.match(file.readline(1000).rstrip(b"\r\n")))


def _split(path: Path) -> Iterator[bytes]:
    """The mails of an mbox, read a line at a time; `>From ` becomes `From ` again (mboxrd)."""
    lines: list[bytes] = []
    is_after_empty, began = True, False
    with path.open("rb") as file:
        for line in file:
            if is_after_empty and FROM_LINE.match(line.rstrip(b"\r\n")):
                if began:
                    yield joined(lines)
                lines, began = [], True
            else:
                lines.append(line[1:] if ESCAPED.match(line) else line)
            is_after_empty = not line.strip(b"\r\n")
    if began:
        yield joined(lines)


def joined(lines: list[bytes]) -> bytes:
    """Without the empty line that an mbox puts after each mail."""
    if len(lines) > 1 and not lines[-1].strip(b"\r\n"):
        lines = lines[:-1]
    return b"".join(lines)
