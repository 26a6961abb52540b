"""Brings the database and the static files to this version."""

import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from ancora.config.schema import pending, require_not_newer
from ancora.platform.errors import Refusal

# Two upgrades at once: the second waits, finds nothing to do and is content.
LOCK = 746003


class MigrationFailed(Refusal):
    """One migration could not be applied; those before it are, and it left nothing behind."""


def upgrade(*, backup: bool = True, say: Callable[[str], None] = print) -> int:
    """Refuse a newer database, back up, migrate, collect static files, check; returns how many migrations ran.

    Each migration is a transaction of its own: after a crash the next run goes on where this one ended. An empty
    database is not backed up. Run again, it changes nothing.
    """
    from django.conf import settings

    from ancora.config.operations.assets import collect_assets
    from ancora.platform.events.jobs import prepare_event_partitions

    with _alone(say):
        require_not_newer()
        names = pending()
        if not names:
            say("The database is up to date.")
        else:
            if backup and not is_empty():
                _back_up(Path(settings.ANCORA_HOME) / "backups", say)
            _migrate(len(names), say)
        # An installation that stood still for months finds a place for today's events.
        prepare_event_partitions()
    collect_assets()
    _check(say)
    return len(names)


def prepare(*, quiet: bool = False) -> int:
    """The first start on an empty database, or the demo's: as `upgrade`, without a backup."""
    return upgrade(backup=False, say=(lambda words: None) if quiet else print)


def is_empty() -> bool:
    """No migration was ever applied here."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return not MigrationRecorder(connection).applied_migrations()


def _back_up(target: Path, say: Callable[[str], None]) -> None:
    from ancora.config.operations.backup import make_backup

    say("Backing up first …")
    make_backup(target, say=say)


def _migrate(count: int, say: Callable[[str], None]) -> None:
    from django.core.management import call_command
    from django.core.management.commands.migrate import Command
    from django.db import DatabaseError

    progress = _Progress(count, say)
    command = Command()
    # Django's own command does what belongs around the migrations; only its words are ours.
    command.migration_progress_callback = progress
    try:
        call_command(command, interactive=False, verbosity=0)
    except DatabaseError as error:
        raise MigrationFailed(
            f"The change {progress.name} could not be made: {str(error).strip()} Nothing of it was kept; the "
            f"{progress.done} before it are done. When the cause is gone, run again: ancora upgrade"
        ) from error
    say(f"The database has the form of this version ({count} changes).")


class _Progress:
    """One line a migration: which of how many, and how long it took."""

    def __init__(self, count: int, say: Callable[[str], None]) -> None:
        self.count, self.say = count, say
        self.done, self.name, self.started = 0, "", 0.0

    def __call__(self, action: str, migration=None, fake: bool = False) -> None:
        if action == "apply_start":
            self.name, self.started = f"{migration.app_label}.{migration.name}", time.monotonic()
        elif action == "apply_success":
            self.done += 1
            spent = time.monotonic() - self.started
            self.say(f"  {self.done} of {self.count}  {self.name}  {spent:.1f} s")


def _check(say: Callable[[str], None]) -> None:
    """What Django and our own checks find amiss; an error ends the upgrade with its hint."""
    from django.core.checks import ERROR, run_checks

    found = [message for message in run_checks() if not message.is_silenced()]
    for message in found:
        say(" ".join(filter(None, (message.msg, message.hint))))
    if any(message.level >= ERROR for message in found):
        raise Refusal("The database is upgraded, but a setting must be put right before Ancora can start (see above).")


@contextmanager
def _alone(say: Callable[[str], None]):
    """No other upgrade of this database at the same time, from whatever machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            say("Another upgrade is running; waiting for it …")
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        # A lost connection has given the lock back already.
        if connection.connection is not None and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
