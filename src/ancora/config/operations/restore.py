"""A backup back into an empty installation: all of it, or nothing."""

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from ancora.config.operations.backup import link_or_copy
from ancora.config.operations.manifest import DUMP, FILES, Manifest, files_in, read, require_whole
from ancora.config.operations.programs import access, folder_for
from ancora.platform.errors import Refusal

# Said by pg_restore of 17 and newer, unknown to older servers.
NEWER_WORDS = (b"SET transaction_timeout = 0;\n",)
# Entries of a dump that the database we restore into has already, or that only its superuser may make.
LEFT_OUT = ("SCHEMA - public", "COMMENT - SCHEMA public", "COMMENT - EXTENSION", "ACL - ")


def restore_backup(folder: Path, *, say: Callable[[str], None] = print) -> Manifest:
    """Verifies the backup, brings files and database back and says what is left to do.

    Refused, with nothing changed, unless the database is empty and the backup is whole and not of a newer version.
    What was on its way to customers at the moment of the backup is not sent: nobody knows whether it was.
    """
    folder = folder.expanduser().absolute()
    manifest = read(folder)
    _require_empty()
    _require_known(manifest)
    say(f"Checking the backup of {manifest.made_at} …")
    require_whole(folder, manifest)
    say(f"Bringing back {manifest.files_count} files …")
    _bring_files(folder / FILES)
    say(f"Bringing back the database ({manifest.dump_size / 1e6:.1f} MB) …")
    _bring_database(folder / DUMP, manifest.pg_dump)
    say("Everything of the backup is back.")
    _finish(manifest, say)
    return manifest


def _require_empty() -> None:
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    if names:
        raise Refusal(
            f"The database of {settings.ANCORA_HOME} is not empty. Nothing was changed. "
            "Restore into a new folder with --home, or let DATABASE_URL name an empty database."
        )


def _require_known(manifest: Manifest) -> None:
    from ancora.config.schema import strangers

    if newer := strangers(manifest.schema):
        raise Refusal(
            f"This backup was made by a newer Ancora (it has {newer[0]}). Nothing was changed. "
            f"Restore it with Ancora {manifest.ancora} or newer."
        )


def _bring_files(source: Path) -> None:
    """Before the database: until that is there the installation counts as empty, and all this can be done again."""
    from ancora.platform.files.store import path_of

    for path, digest in files_in(source):
        destination = path_of(digest)
        if not destination.exists() or destination.stat().st_size != path.stat().st_size:
            destination.unlink(missing_ok=True)
            link_or_copy(path, destination)


def _bring_database(dump: Path, made_by: int) -> None:
    from django.db import connection

    from ancora.conversations.commands.hold_back import HOLD_BACK

    # No pg_restore reads what a newer pg_dump wrote.
    programs = folder_for(max(made_by, connection.pg_version // 10000))
    available = _extensions(connection)
    connection.close()
    with access() as environment, tempfile.TemporaryFile() as faults, tempfile.NamedTemporaryFile("w") as contents:
        contents.write(_contents(programs, dump, available))
        contents.flush()
        words = [
            programs / "pg_restore",
            "--no-owner",
            "--no-privileges",
            f"--use-list={contents.name}",
            "-f",
            "-",
            dump,
        ]
        reading = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=faults)
        words = [programs / "psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", "-"]
        options = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": faults}
        writing = subprocess.Popen(words, env=environment, **options)
        if not _pipe(reading, writing, HOLD_BACK, is_old=connection.pg_version < 170000):
            faults.seek(0)
            said = faults.read().decode(errors="replace").strip().splitlines()
            raise Refusal(
                "The database could not be brought back; it is as empty as before. " + " ".join(said[-3:])[:1000]
            )


def _pipe(reading: subprocess.Popen, writing: subprocess.Popen, last_words: str, *, is_old: bool) -> bool:
    """One transaction that is committed only when everything was read; True when it was."""
    try:
        for line in reading.stdout:
            if not (is_old and line in NEWER_WORDS):
                writing.stdin.write(line)
        if reading.wait() != 0:
            # Ended before its end of input, so that it cannot commit half a database.
            writing.kill()
        writing.stdin.write(last_words.encode())
        writing.stdin.close()
    except BrokenPipeError:
        pass
    finally:
        reading.stdout.close()
    return writing.wait() == 0 and reading.wait() == 0


def _contents(programs: Path, dump: Path, available: set[str]) -> str:
    """The dump's list of contents without what is there already."""
    done = subprocess.run([programs / "pg_restore", "-l", dump], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refusal(
            f"{dump} cannot be read by pg_restore: {done.stderr.strip()[-500:]} The database is as empty as before."
        )
    return "\n".join(line for line in done.stdout.splitlines() if _is_wanted(line, available)) + "\n"


def _is_wanted(line: str, available: set[str]) -> bool:
    _, _, entry = line.partition(" EXTENSION - ")
    if entry:
        return entry.split()[0] in available
    return not any(words in line for words in LEFT_OUT)


def _extensions(connection) -> set[str]:
    """Those that this server can make and this database does not have yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_available_extensions WHERE installed_version IS NULL")
        return {name for (name,) in cursor.fetchall()}


def _finish(manifest: Manifest, say: Callable[[str], None]) -> None:
    from ancora.config.operations.secrets import is_key_of, key_words
    from ancora.config.schema import pending
    from ancora.conversations.commands.rescue import rescue
    from ancora.platform.events.jobs import prepare_event_partitions

    if manifest.files_missing:
        say(f"Attention: {len(manifest.files_missing)} files were missing already when the backup was made.")
    if not is_key_of(manifest.key_check):
        say(key_words())
    if pending():
        say("It was made by an older version. Now run: ancora upgrade")
        return
    prepare_event_partitions()
    if held := rescue():
        say(
            f"{held} messages were on their way when the backup was made. They are marked “unknown whether sent”; "
            "look at each before you send it again."
        )
