"""Programs as an operator runs them, on homes and databases that go away again."""

import os
import subprocess
import sys
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

import ancora

SOURCE = Path(ancora.__file__).parents[1]
_numbers = count(1)


@pytest.fixture
def ancora_command(tmp_path):
    """`ancora_command("upgrade", database=URL, home=…)`: a finished process; both default to those of the test."""

    def run(*words, database: str | None, home: Path | None = None, **options):
        return subprocess.run(
            [sys.executable, "-m", "ancora", *map(str, words)],
            env=surroundings(home or tmp_path / "home", database, **options.pop("environment", {})),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **options,
        )

    return run


def surroundings(home: Path, database: str | None, **more: str) -> dict[str, str]:
    """The environment of such a process; without `database` the home has an embedded one."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("ANCORA_DSN", "DATABASE_URL")}
    mine = {"ANCORA_HOME": str(home), "PYTHONPATH": str(SOURCE)} | ({"DATABASE_URL": database} if database else {})
    return inherited | mine | more


@pytest.fixture
def empty_database(databases):
    """The address of a database in which there is nothing yet."""
    name = f"test_empty_{os.getpid()}_{next(_numbers)}"
    _maintain(databases, f'CREATE DATABASE "{name}"')
    yield databases.dsn(name)
    _maintain(databases, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def address(unshared_database, databases, db) -> str:
    """The address of the test's own database."""
    return databases.dsn(db)


@contextmanager
def using(address: str):
    """Inside this block Django works with the database at `address`."""
    from django.db import connections

    from ancora.platform.accounts.queries import forget_organisation
    from ancora.platform.database import settings_from

    entry = connections.settings["default"]
    before = entry["NAME"]
    connections.close_all()
    entry["NAME"] = settings_from(address)["NAME"]
    forget_organisation()
    try:
        yield
    finally:
        connections.close_all()
        entry["NAME"] = before
        forget_organisation()


def _maintain(databases, sql: str) -> None:
    with psycopg.connect(databases.dsn("postgres"), autocommit=True) as connection:
        connection.execute(sql)
