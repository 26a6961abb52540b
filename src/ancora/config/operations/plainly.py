"""What an operator reads when a command cannot go on: one line instead of a traceback."""

import errno
import sys
from contextlib import contextmanager

FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def plainly():
    """Refusals, a lost database and what the disk refuses are said in one line and end the program with code 1."""
    from django.db import InterfaceError, OperationalError

    from ancora.platform.errors import Refusal

    try:
        yield
    except Refusal as refusal:
        words, cause = str(refusal), refusal
    except (OperationalError, InterfaceError) as error:
        words, cause = f"The database does not answer: {str(error).strip()}", error
    except OSError as error:
        words, cause = disk_words(error), error
    else:
        return
    print(words, file=sys.stderr)
    raise SystemExit(1) from cause


def disk_words(error: OSError) -> str:
    """A full or closed disk in plain words."""
    where = error.filename or "a file"
    if error.errno in FULL:
        return f"The disk is full: {where} could not be written. Free some space there and run the command again."
    return f"{where} cannot be used: {error.strerror}."
