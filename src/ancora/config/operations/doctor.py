"""Looks at everything an operator answers for. Each examination stands alone: one that cannot run says so."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from ancora.config import environment
from ancora.config.operations.finding import Finding, good, note, wrong
from ancora.platform.database import DatabaseError

LITTLE_ROOM, NO_ROOM = 2 * 10**9, 200 * 10**6


def examine(home: Path | None = None) -> Iterator[Finding]:
    """Findings in the order in which one thing stands on another; what cannot be reached ends the list."""
    from ancora.config.start import load

    if home is not None:
        os.environ["ANCORA_HOME"] = str(home.absolute())
    try:
        found = environment.read()
    except environment.BadSetting as error:
        yield wrong("Settings", str(error), "Correct it and run this again.")
        return
    yield from _home(found.home)
    server = None
    try:
        server = load()
    except (DatabaseError, environment.BadSetting) as error:
        yield wrong("Database", str(error), "Pages and mail wait until it is there; nothing is lost meanwhile.")
        return
    try:
        yield from _settings()
        yield from _inside()
    finally:
        if server is not None:
            server.detach()


def _inside() -> Iterator[Finding]:
    """Everything that is asked of the database."""
    from django.db import Error, connection

    from ancora.config.operations import examinations

    for subject, examination in examinations.ALL:
        try:
            found = list(examination())
        except Error as error:
            connection.close()
            found = [wrong(subject, f"it could not be looked at: {str(error).strip()}", "Look at the database first.")]
        yield from found
        if subject == "Database" and any(one.level == "wrong" for one in found):
            return


def _home(folder: Path) -> Iterator[Finding]:
    try:
        mode = folder.stat().st_mode
        free = shutil.disk_usage(folder).free
    except OSError as error:
        yield wrong("Home folder", f"{folder}: {error.strerror}", "Name another with --home or ANCORA_HOME.")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield wrong("Home folder", f"{folder} cannot be written", "Let the user of Ancora own it.")
    elif mode & 0o022:
        yield wrong("Home folder", f"{folder} can be written by other users", f"Run: chmod go-w {folder}")
    else:
        yield good("Home folder", str(folder))
    yield from _private(folder)
    room = f"{free / 1e9:.1f} GB free"
    if free < NO_ROOM:
        yield wrong("Disk", room, "Make room now: mail is not fetched and nothing is saved on a full disk.")
    elif free < LITTLE_ROOM:
        yield note("Disk", room, "Make room soon.")
    else:
        yield good("Disk", room)


def _private(folder: Path) -> Iterator[Finding]:
    for name in ("files", "backups"):
        inside = folder / name
        if inside.is_dir() and inside.stat().st_mode & 0o055 and folder.stat().st_mode & 0o055:
            yield wrong(
                "Home folder",
                f"{inside} can be read by other users: it holds customers' mail",
                f"Run: chmod 700 {inside}",
            )


def _settings() -> Iterator[Finding]:
    from django.core.checks import ERROR, run_checks
    from django.db import Error

    try:
        messages = run_checks(databases=["default"])
    except Error as error:
        messages = []
        yield wrong("Settings", f"they could not be checked: {str(error).strip()}", "Look at the database first.")
    shown = [message for message in messages if not message.is_silenced()]
    for message in shown:
        make: Callable = wrong if message.level >= ERROR else note
        yield make("Settings", f"{message.msg} ({message.id})", message.hint or "")
    if not shown:
        yield good("Settings", "nothing is amiss")
