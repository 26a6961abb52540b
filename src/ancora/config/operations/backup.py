"""One folder that holds everything but the key: the dump, then the files, then what the folder says of itself."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

from ancora import __version__
from ancora.config.operations.manifest import DUMP, FILES, Manifest, sha256_of
from ancora.config.operations.programs import access, folder_for, major_of
from ancora.platform.errors import Refusal

COUNTED = ("customers_customer", "cases_case", "conversations_message", "conversations_arrival", "event", "file")
SAY_EVERY_SECONDS = 2.0


def make_backup(target: Path, *, say: Callable[[str], None] = print) -> Path:
    """Back up into a new folder below `target` while everybody works on; returns that folder.

    It gets its name when it is whole: what is called `ancora-backup-…` can be restored. The database and the list
    of files are of the same moment.
    """
    from ancora.platform import clock

    started = time.monotonic()
    moment = clock.now().astimezone(UTC)
    target = target.expanduser().absolute()
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    final = _free_name(target / f"ancora-backup-{moment:%Y%m%d-%H%M%S}")
    unfinished = target / f".{final.name}.unfinished"
    unfinished.mkdir(mode=0o700)
    try:
        _fill(unfinished, moment.isoformat(timespec="seconds"), say)
        unfinished.rename(final)
        _sync(target)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    say(f"The backup is in {final} ({time.monotonic() - started:.1f} s).")
    say(where_the_key_is())
    return final


def where_the_key_is() -> str:
    """The key belongs to the backup and must not lie beside it."""
    from django.conf import settings

    path = Path(settings.ANCORA_HOME) / "key"
    is_given = os.environ.get("ANCORA_KEY") or os.environ.get("ANCORA_KEY_FILE")
    place = "what ANCORA_KEY or ANCORA_KEY_FILE gives" if is_given else str(path)
    return (
        f"The key is NOT in it: it is {place}. Keep a copy of the key in another place; "
        "without it the passwords of mailboxes cannot be read."
    )


def link_or_copy(source: Path, destination: Path) -> None:
    """Stored files are never written again, so that a second name of the same bytes is as good as a copy."""
    destination.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.link(source, destination)
    except OSError:
        fresh = destination.with_name(f".new-{destination.name}")
        shutil.copyfile(source, fresh)
        fresh.chmod(0o600)
        _sync(fresh)
        fresh.replace(destination)


def _fill(folder: Path, made_at: str, say: Callable[[str], None]) -> None:
    from django.db import connection, transaction

    from ancora.platform.keys import encrypt

    programs = folder_for(connection.pg_version // 10000)
    # The snapshot that pg_dump shares lives as long as this transaction.
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot(), pg_database_size(current_database())")
        snapshot, size = cursor.fetchone()
        say(f"Writing the database ({_megabytes(size)}) …")
        dump = _dump(programs, folder / DUMP, snapshot)
        tables = set(connection.introspection.table_names(cursor))
        counts = {table: _count(cursor, table) for table in COUNTED if table in tables}
        schema = _applied(cursor) if "django_migrations" in tables else []
        stored = _stored(cursor) if "file" in tables else []
    count, total, missing = _copy_files(folder / FILES, stored, say)
    Manifest(
        ancora=__version__,
        made_at=made_at,
        postgresql=connection.pg_version,
        pg_dump=major_of(programs / "pg_dump"),
        schema=schema,
        counts=counts,
        dump_size=dump.stat().st_size,
        dump_sha256=sha256_of(dump),
        files_count=count,
        files_size=total,
        files_missing=missing,
        key_check=encrypt("ancora"),
    ).write(folder)
    for path in (*folder.iterdir(), folder):
        _sync(path)


def _dump(programs: Path, path: Path, snapshot: str) -> Path:
    words = [programs / "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-unlogged-table-data"]
    words += [f"--snapshot={snapshot}", f"--file={path}"]
    path.touch(mode=0o600)
    with access() as environment:
        done = subprocess.run(words, env=environment, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Refusal(
            f"The database could not be written to {path.parent}, so there is no backup. {_last(done.stderr)}"
        )
    return path


def _copy_files(folder: Path, stored: list[tuple[str, int]], say: Callable) -> tuple[int, int, list[str]]:
    """Number, bytes and missing digests; a row's file is on disk before the row, so the dump's files are all there."""
    from ancora.platform.files.store import path_of

    folder.mkdir(mode=0o700)
    count, total, missing, said_at = 0, 0, [], time.monotonic()
    for digest, size in stored:
        try:
            link_or_copy(path_of(digest), folder / digest[:2] / digest[2:])
        except FileNotFoundError:
            missing.append(digest)
            continue
        count, total = count + 1, total + size
        if time.monotonic() - said_at > SAY_EVERY_SECONDS:
            said_at = time.monotonic()
            say(f"  {count} of {len(stored)} files")
    say(f"Kept {count} files ({_megabytes(total)}).")
    if missing:
        say(f"Attention: {len(missing)} files that the database names are not on the disk, nor in this backup.")
    return count, total, missing


def _stored(cursor) -> list[tuple[str, int]]:
    cursor.execute("SELECT digest, size FROM file ORDER BY digest")
    return cursor.fetchall()


def _applied(cursor) -> list[str]:
    cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY id")
    return [name for (name,) in cursor.fetchall()]


def _count(cursor, table: str) -> int:
    cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 (one of COUNTED)
    return cursor.fetchone()[0]


def _free_name(wanted: Path) -> Path:
    number, path = 1, wanted
    while path.exists() or (path.parent / f".{path.name}.unfinished").exists():
        number += 1
        path = wanted.with_name(f"{wanted.name}-{number}")
    return path


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _last(words: str) -> str:
    return " ".join(words.strip().splitlines()[-3:])


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
