"""Brings a process to life: home folder, key, database, Django."""

import gc
import os
import sys
from contextlib import contextmanager
from pathlib import Path

from ancora.config import environment


def load(home: Path | None = None, *, createdb: bool = False):
    """Attach to the database (embedded unless DATABASE_URL says otherwise) and load Django.

    Returns the embedded `Server`, or None with an external database. The caller's process holds the server until
    it ends or calls `detach()`.
    """
    from ancora.platform.database import Server

    if home is not None:
        os.environ["ANCORA_HOME"] = str(home.absolute())
    found = environment.read()
    server = None
    if found.database_url:
        _require_answer(found.database_url)
        os.environ["ANCORA_DSN"] = found.database_url
    else:
        server = Server(found.home, createdb=createdb).attach()
        os.environ["ANCORA_DSN"] = server.dsn()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ancora.config.settings")
    import django

    django.setup()
    # What is loaded by now stays: the collector need not look at it again, nor run for every small page.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    return server


@contextmanager
def loaded(home: Path | None = None, *, need_schema: bool = True):
    """Inside this block Django is usable; what cannot be is said in one line and ends the program with code 1.

    With `need_schema` an empty database is prepared first, and one of another form than this version's is refused.
    """
    from ancora.config.environment import BadSetting
    from ancora.platform.database import DatabaseError
    from ancora.platform.errors import Refusal

    server = None
    try:
        server = load(home)
        if need_schema:
            _require_schema()
        yield server
    except (BadSetting, DatabaseError, Refusal) as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from error
    finally:
        if server is not None:
            server.detach()


def _require_schema() -> None:
    from ancora.config.operations.upgrade import is_empty, prepare
    from ancora.config.schema import require_current

    if is_empty():
        # Not on standard output: some commands write there for programs.
        print("Preparing a new database …", file=sys.stderr, flush=True)
        prepare(quiet=True)
    require_current()


def _require_answer(address: str) -> None:
    """Says at once, in one line, that an external database is away; Django's pool would wait and try again."""
    import psycopg

    from ancora.platform.database import DatabaseError, settings_from

    known = settings_from(address)
    try:
        psycopg.connect(address, connect_timeout=5).close()
    except psycopg.Error as error:
        where = ":".join(filter(None, (known["HOST"], known["PORT"]))) or "DATABASE_URL"
        reason = str(error).strip().splitlines()[0].removeprefix("connection failed: ").rstrip(".")
        raise DatabaseError(
            f"The database at {where} does not answer: {reason}. Nothing was changed. "
            "Start it, or correct DATABASE_URL."
        ) from error
