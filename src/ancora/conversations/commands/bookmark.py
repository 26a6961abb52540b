"""Which mail is being read, in a file that outlives the process: a mail at which workers die, or stand still, is
found out, however hard they die. A row could not say it: their transaction dies with them."""

import faulthandler
import fcntl
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

# A batch takes seconds. Python cannot interrupt an expression that never ends: the process is ended, and started
# again by whoever keeps it running.
STANDSTILL_SECONDS = 600


@contextmanager
def bookmark() -> Iterator[Callable[[int], None]]:
    """Inside this block `put(arrival id)` says what is being read; the mark is gone when the block is left alive."""
    faulthandler.dump_traceback_later(STANDSTILL_SECONDS, exit=True, file=sys.__stderr__)
    descriptor, path = _new()
    try:
        yield lambda arrival_id: _write(descriptor, arrival_id)
    finally:
        faulthandler.cancel_dump_traceback_later()
        if descriptor is not None:
            with suppress(OSError):
                os.unlink(path)
            os.close(descriptor)


def left_behind() -> list[int]:
    """What processes that are gone were reading; told once."""
    found = []
    for path in _folder().glob("*"):
        with suppress(OSError, ValueError), path.open("r+b") as file:
            # Its reader holds the lock as long as it lives.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
            found.append(int(file.read()))
    return found


def _folder() -> Path:
    return Path(settings.ANCORA_HOME) / "reading"


def _new() -> tuple[int | None, str]:
    try:
        _folder().mkdir(mode=0o700, exist_ok=True)
        descriptor, path = tempfile.mkstemp(dir=_folder())
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError:
        # On a full disk mail is read without.
        return None, ""
    return descriptor, path


def _write(descriptor: int | None, arrival_id: int) -> None:
    if descriptor is not None:
        with suppress(OSError):
            os.pwrite(descriptor, b"%-20d" % arrival_id, 0)
