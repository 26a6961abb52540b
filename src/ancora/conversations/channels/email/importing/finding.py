"""Which files below some paths hold mail, in what form; what is left out, and what cannot be read."""

import gzip
import hashlib
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

from ancora.conversations.channels.email.mail_files import FROM_LINE, in_age

# Folders of what was never sent, or not wanted, as mail programs call them in five languages.
LEFT_OUT = {
    "trash", "deleted items", "deleted messages", "bin", "junk", "spam", "junk e-mail", "junk email", "bulk mail",
    "drafts", "templates", "outbox", "unsent messages", "chat",
    "cestino", "posta eliminata", "posta indesiderata", "bozze", "modelli", "posta in uscita",
    "papierkorb", "gelöschte elemente", "entwürfe", "vorlagen", "postausgang",
    "corbeille", "éléments supprimés", "courrier indésirable", "indésirables", "brouillons", "modèles",
    "papelera", "elementos eliminados", "correo no deseado", "borradores", "plantillas",
}  # fmt: skip
# What mail programs keep beside their mail.
BESIDE = {".msf", ".dat", ".json", ".html", ".sqlite", ".db", ".lock", ".plist", ".index", ".cache", ".log"}
_HEADER_LINE = re.compile(rb"^[!-9;-~]{1,76}[ \t]*:")
_KNOWN_HEADER = re.compile(
    rb"^(?:from|to|cc|subject|date|received|message-id|return-path|delivered-to|mime-version|x-mozilla-status)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
MAILDIR_PARTS = ("new", "cur")
# What a file may do to its reader; the last two by gzip.
TROUBLES = (OSError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class Source:
    """A file that holds mail. kind: mbox, or mail for a single one · mark: changes when the file does · moment:
    seconds since 1970, when the mail came as far as the file's name or time tells · is_labelled: its mails say
    themselves in which folders they lie."""

    path: Path
    kind: str
    size: int
    mark: UUID
    moment: float
    is_labelled: bool = False


@dataclass(slots=True)
class Found:
    """What the search met besides mail; filled while it goes on."""

    unreadable: list[str] = field(default_factory=list)
    left_out: int = 0
    no_mail: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """form: auto, maildir, mbox or eml · folders: only those of these names (lower case), or all but the LEFT_OUT."""

    form: str = "auto"
    folders: frozenset[str] = frozenset()

    def takes(self, folder: str) -> bool:
        """Whether mail in a folder is wanted; `folder` is its path below what was named."""
        names = {name.strip().lower() for part in folder.split("/") for name in (part, Path(part).stem)}
        return not names & (LEFT_OUT - self.folders) and (not self.folders or bool(names & self.folders))


def sources(paths: list[Path], wanted: Wanted, found: Found) -> Iterator[Source]:
    """Every file with mail, folder by folder; nothing is kept in memory but the names of one folder."""
    for path in paths:
        try:
            if path.is_dir():
                yield from _in_folder(path, "", wanted, found)
            elif (source := _source(path, wanted.form)) is not None:
                yield source
            else:
                found.unreadable.append(f"{path}: this is no mail, and no mbox")
        except TROUBLES as error:
            found.unreadable.append(in_words(path, error))


def _in_folder(folder: Path, name: str, wanted: Wanted, found: Found) -> Iterator[Source]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except TROUBLES as error:
        found.unreadable.append(in_words(folder, error))
        return
    names = {entry.name for entry in entries}
    is_maildir = bool(names & set(MAILDIR_PARTS)) and wanted.form in ("auto", "maildir")
    if is_maildir:
        yield from _in_maildir(folder, name, wanted, found)
    for entry in entries:
        if is_maildir and entry.name in (*MAILDIR_PARTS, "tmp"):
            continue
        inside = f"{name}/{_shown(entry.name)}".strip("/")
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith(".") or _is_maildir(Path(entry.path)):
                yield from _in_folder(Path(entry.path), inside, wanted, found)
        elif not is_maildir and entry.is_file() and not entry.name.startswith("."):
            yield from _file(Path(entry.path), inside, wanted, found)


def _file(path: Path, inside: str, wanted: Wanted, found: Found) -> Iterator[Source]:
    """A file in a folder; an mbox is a folder of its own name."""
    if path.suffix.lower() in BESIDE:
        return
    try:
        source = _source(path, wanted.form)
    except TROUBLES as error:
        found.unreadable.append(in_words(path, error))
        return
    if source is None:
        found.no_mail += 1
    elif source.is_labelled or wanted.takes(inside if source.kind == "mbox" else str(Path(inside).parent)):
        yield source
    else:
        found.left_out += 1


def _in_maildir(folder: Path, name: str, wanted: Wanted, found: Found) -> Iterator[Source]:
    """What was delivered, oldest first."""
    names = []
    for part in MAILDIR_PARTS:
        try:
            names += [(one, part) for one in os.listdir(folder / part) if not one.startswith(".")]
        except FileNotFoundError:
            continue
        except TROUBLES as error:
            found.unreadable.append(in_words(folder / part, error))
    if not wanted.takes(name):
        found.left_out += len(names)
        return
    for one, part in sorted(names, key=lambda pair: in_age(pair[0])):
        try:
            yield _made(folder / part / one, "mail", in_age(one)[0])
        except TROUBLES as error:
            found.unreadable.append(in_words(folder / part / one, error))


def _source(path: Path, form: str) -> Source | None:
    """None for what is no mail. A file that is called .eml is one mail whatever it begins with."""
    if form == "eml" or (form != "mbox" and path.suffix.lower() == ".eml"):
        return _made(path, "mail")
    with opened(path) as file:
        beginning = file.read(8192)
    if form == "mbox" or (form == "auto" and FROM_LINE.match(beginning.partition(b"\n")[0].rstrip())):
        return replace(_made(path, "mbox"), is_labelled=b"\nX-Gmail-Labels:" in beginning)
    return _made(path, "mail") if _looks_like_mail(beginning) else None


def _looks_like_mail(beginning: bytes) -> bool:
    return bool(_HEADER_LINE.match(beginning.lstrip(b"\r\n")) and _KNOWN_HEADER.search(beginning))


def opened(path: Path):
    """For reading, whether gzipped or not."""
    with path.open("rb") as file:
        is_gzipped = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if is_gzipped else path.open("rb")


def _made(path: Path, kind: str, seconds: int = 0) -> Source:
    stat = path.stat()
    words = f"{path.absolute()}\0{stat.st_size}\0{stat.st_mtime_ns}".encode("utf-8", "surrogateescape")
    mark = UUID(bytes=hashlib.blake2b(words, digest_size=16).digest())
    return Source(path, kind, stat.st_size, mark, seconds or stat.st_mtime)


def _is_maildir(folder: Path) -> bool:
    return any((folder / part).is_dir() for part in MAILDIR_PARTS)


def _shown(name: str) -> str:
    """The folder's own name: of `.INBOX.Archive` (Maildir++) the last part, of `Work.sbd` (Thunderbird) `Work`."""
    if name.startswith("."):
        return name.rpartition(".")[2]
    return name.removesuffix(".sbd").removesuffix(".gz").removesuffix(".mbox")


def in_words(path: Path, error: Exception) -> str:
    return f"{path}: {getattr(error, 'strerror', None) or error}"
