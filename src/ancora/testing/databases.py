"""One server for the whole run (fsync off), one template by the state of the migrations, a clone per test."""

import contextlib
import fcntl
import hashlib
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from ancora.platform.database import Server, settings_from
from ancora.testing.reuse import Reused
from ancora.testing.threads import resting_at

ROOT = Path(__file__).parents[3]
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
# What the copies of three workers need at most, many times over.
ROOMY_BYTES = 6 * 2**30
_numbers = itertools.count(1)


class Databases:
    """Clones of the template, made and dropped in milliseconds."""

    def __init__(self) -> None:
        # Other binaries mean another cluster.
        folder = hashlib.sha256(f"{ROOT}{os.environ.get('PG_BIN', '')}".encode()).hexdigest()[:10]
        self.home = _roomy_memory() / f"ancora-tests-{folder}-{os.getuid()}"
        self.home.mkdir(exist_ok=True)
        # Started by root, the server runs as somebody else: a home he cannot enter sends his data to the disk.
        self.home.chmod(0o711)
        external = os.environ.get("ANCORA_TEST_DATABASE_URL")
        self.server = None if external else Server(self.home, settings=FAST, createdb=True).attach()
        self._base = external or self.server.dsn()
        self.template = f"template_{_state_of_migrations()}"
        self._make_template()
        self._reused: Reused | None = None

    def dsn(self, name: str) -> str:
        start, _, query = self._base.partition("?")
        return f"{start.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    @contextlib.contextmanager
    def clone(self, template: str | None = None):
        """The name of a fresh database, or of a copy of `template`, that is gone afterwards."""
        name = self._copy(template or self.template)
        try:
            yield name
        finally:
            self._drop(name)

    @contextlib.contextmanager
    def reused(self):
        """As `clone`, a few times as fast, for tests that leave no process behind: the database of the one before."""
        if self.server is None:
            with self.clone() as name:
                yield name
            return
        if self._reused is None:
            name = self._copy(self.template)
            self._reused = Reused(name, self.server.dsn(name, user="postgres"))
        yield self._reused.name
        if not self._reused.bring_back(spared=resting_at(self._reused.name)):
            self._give_up()

    def is_reused(self, name: str) -> bool:
        """Whether the next test may be given this one."""
        return self._reused is not None and self._reused.name == name

    def settings(self, name: str) -> dict:
        """Django's entry for a clone, without a pool: tests come and go."""
        return settings_from(self.dsn(name))

    def close(self) -> None:
        if self._reused is not None:
            self._give_up()
        if self.server is not None:
            self.server.detach()

    def _make_template(self) -> None:
        with open(self.home / "template.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
                names = {row[0] for row in connection.execute("SELECT datname FROM pg_database").fetchall()}
            if self.template in names:
                return
            for old in filter(_is_left_over, names):
                self._drop(old)
            making = f"making_{os.getpid()}"
            self._run(f'CREATE DATABASE "{making}"')
            _migrate(self.dsn(making))
            self._run(f'ALTER DATABASE "{making}" RENAME TO "{self.template}"')

    def _copy(self, template: str) -> str:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return name

    def _give_up(self) -> None:
        self._reused.close()
        self._drop(self._reused.name)
        self._reused = None

    def _drop(self, name: str) -> None:
        # The superuser, because a server process of his may be looking at the database.
        dsn = self.server.dsn("postgres", user="postgres") if self.server else self.dsn("postgres")
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _run(self, sql: str) -> None:
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(sql)


def _roomy_memory() -> Path:
    """Where copies of a database cost least: memory, when there is plenty."""
    memory = Path("/dev/shm")  # noqa: S108
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOMY_BYTES:
        return memory
    return Path(tempfile.gettempdir())


def _is_left_over(name: str) -> bool:
    """Whether a database was made by a run that is gone (its process id is in the name)."""
    kind, _, rest = name.partition("_")
    pid = rest.partition("_")[0]
    return kind in ("test", "making") and pid.isdecimal() and not Path(f"/proc/{pid}").exists()


def _migrate(dsn: str) -> None:
    code = (
        "import django; django.setup(); from django.core.management import call_command;"
        "call_command('migrate', verbosity=0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "ANCORA_DSN": dsn, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"The test database could not be migrated:\n{done.stderr[-4000:]}")


def _state_of_migrations() -> str:
    digest = hashlib.sha256()
    for path in sorted((ROOT / "src").rglob("migrations/*.py")):
        digest.update(path.read_bytes())
    digest.update((ROOT / "requirements.txt").read_bytes())
    return digest.hexdigest()[:12]
