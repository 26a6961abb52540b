"""Puts bytes on disk and gets them back."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection

from ancora.platform.files.models import File


class StorageFull(OSError):
    """The disk has no room; nothing was stored and nothing was lost."""


def store(content: bytes) -> File:
    """Keep `content` and return its row; durable on disk before this returns. Same bytes, same row."""
    digest = keep(content)
    with connection.cursor() as cursor:
        # DO UPDATE so that the id comes back also when another transaction stored the same bytes first.
        cursor.execute(
            "INSERT INTO file (digest, size, created_at) VALUES (%s, %s, statement_timestamp())"
            " ON CONFLICT (digest) DO UPDATE SET size = EXCLUDED.size RETURNING id",
            [digest, len(content)],
        )
        return File(id=cursor.fetchone()[0], digest=digest, size=len(content))


def keep(content: bytes) -> str:
    """Only the bytes, durable on disk; returns the digest, under which the caller writes the row in a statement of
    its own."""
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(digest)
    if not path.exists() or path.stat().st_size != len(content):
        _write(path, content)
    return digest


def read(file: File) -> bytes:
    return path_of(file.digest).read_bytes()


def path_of(digest: str) -> Path:
    """Where the bytes of this digest lie (they may not exist yet)."""
    return Path(settings.ANCORA_HOME) / "files" / digest[:2] / digest[2:]


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
    except OSError as error:
        if error.errno in (28, 122):  # ENOSPC, EDQUOT
            raise StorageFull(error.errno, "No room is left on the disk that holds Ancora's files.") from error
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
