"""The one exception of this package, and the words for what a server's log tells."""

import errno
from pathlib import Path

LOG_LINES = 12


class DatabaseError(Exception):
    """What happened, what is safe and what to do, in words fit for the screen."""


def unusable(folder: Path, error: OSError) -> DatabaseError:
    """The error for a folder that the operating system refuses to read or write."""
    where = error.filename or folder
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DatabaseError(
            f"The disk that holds {folder} is full. What was saved is still there and safe. "
            "Free some space there and start again."
        )
    return DatabaseError(
        f"{where} cannot be used for the database: {error.strerror}. What was saved is still there and safe. "
        "Start Ancora as the user that owns the folder, or name another one with --home."
    )


def failure(folder: Path, output: str) -> DatabaseError:
    """The error for a server that did not start, explained from the last lines it wrote."""
    tail = "\n".join(line for line in output.strip().splitlines()[-LOG_LINES:])
    safe = "What was saved is still there and safe."
    if "No space left on device" in output or "Disk quota exceeded" in output:
        return DatabaseError(
            f"The disk that holds {folder} is full, so the database cannot start. {safe} "
            f"Free some space there and start again.\n{tail}"
        )
    if "could not resize shared memory" in output or "Cannot allocate memory" in output:
        return DatabaseError(
            f"There is not enough memory for the database in {folder}. {safe} "
            f"End other programs, or give this machine or container more memory, and start again.\n{tail}"
        )
    return DatabaseError(
        f"The database in {folder} did not start. {safe} The last lines of its log say why:\n{tail or '(nothing)'}"
    )
