"""Keeps the store tidy."""

import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from ancora.platform.files.removal import remove_bytes
from ancora.platform.files.store import UNFINISHED
from ancora.platform.jobs import job, periodic

# Nobody writes one file for so long: whoever began it is dead.
A_DAY = 24 * 60 * 60


@job()
def remove_unnamed(digest: str) -> None:
    """The bytes of a row that was deleted a day ago."""
    remove_bytes(digest)


@periodic("43 3 * * *")
def remove_half_written() -> None:
    """Files that a process began and did not end; what they should have held was never taken for stored."""
    limit = time.time() - A_DAY
    for path in (Path(settings.ANCORA_HOME) / "files").glob(f"*/{UNFINISHED}*"):
        # Another worker may do the same.
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                path.unlink()
