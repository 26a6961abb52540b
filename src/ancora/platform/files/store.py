"""Puts bytes on disk and gets them back."""

import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from ancora.platform.files.models import File

# No space, quota used up, larger than a file may be.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

# Begins the name of a file that is being written.
UNFINISHED = ".new-"
# Whose own name in their parent is durable by a sync of this process: that one exists proves nothing, since who made
# it may have died before the sync.
_lasting: set[Path] = set()
# Writers that wait for the disk together.
AT_ONCE = 4

_KEEP = """
WITH known AS (SELECT id FROM file WHERE digest = %(digest)s),
made AS (
    INSERT INTO file (digest, size, created_at) SELECT %(digest)s, %(size)s, statement_timestamp()
    WHERE NOT EXISTS (SELECT 1 FROM known) ON CONFLICT (digest) DO NOTHING RETURNING id)
SELECT id FROM known UNION ALL SELECT id FROM made
"""


class StorageFull(OSError):
    """The disk has no room; nothing was stored and nothing was lost."""


class FileMissing(FileNotFoundError):
    """A row names a file that is not on the disk; it is as before when the file is put back."""


def store(content: bytes) -> File:
    """Keep `content` and return its row; durable on disk before this returns. Same bytes, same row."""
    digest = keep(content)
    return File(id=_row(digest, len(content)), digest=digest, size=len(content))


def keep(content: bytes) -> str:
    """Only the bytes, durable on disk; returns the digest, under which the caller writes the row in a statement of
    its own."""
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(digest)
    _make_folder(path.parent)
    if _size(path) == len(content):
        # Another process may have put it there this instant and not yet synced the folder.
        _sync_folder(path.parent)
        if not _touched(path):
            _write(path, content)
    else:
        _write(path, content)
    return digest


def keep_all(contents: list[bytes]) -> list[str]:
    """As `keep`, for many: the disk is waited for once, not once for each."""
    if len(contents) < 2:
        return [keep(content) for content in contents]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(keep, contents))


def read(file: File) -> bytes:
    path = path_of(file.digest)
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        where = path.relative_to(settings.ANCORA_HOME)
        raise FileMissing(
            errno.ENOENT, f"The file {where} is not on the disk. Bring it back from a backup; nothing else is needed."
        ) from error


def path_of(digest: str) -> Path:
    """Where the bytes of this digest lie (they may not exist yet)."""
    return Path(settings.ANCORA_HOME) / "files" / digest[:2] / digest[2:]


def _row(digest: str, size: int) -> int:
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_KEEP, {"digest": digest, "size": size})
            # No row: another transaction stored the same bytes first, and is committed by now.
            if (row := cursor.fetchone()) is not None:
                return row[0]


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _touched(path: Path) -> bool:
    """Whether it is still there; from now on its time says that somebody wants it (see `removal`)."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _write(path: Path, content: bytes) -> None:
    with _no_room_told():
        temporary = path.parent / f"{UNFINISHED}{secrets.token_hex(8)}"
        try:
            _write_through(temporary, content)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)


def _write_through(path: Path, content: bytes) -> None:
    """A new file whose bytes are on the disk when this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        written = 0
        while written < len(content):
            written += os.write(descriptor, memoryview(content)[written:])
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder(folder: Path) -> None:
    """A folder and those above it, up to the home, each with a durable entry in its parent."""
    if (folder in _lasting and folder.exists()) or folder == Path(settings.ANCORA_HOME):
        return
    _make_folder(folder.parent)
    with _no_room_told():
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(folder.parent)
    _lasting.add(folder)


@contextmanager
def _no_room_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StorageFull(error.errno, "No room is left on the disk that holds Ancora's files.") from error
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
