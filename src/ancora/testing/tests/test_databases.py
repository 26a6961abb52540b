"""Where the databases of the tests lie, and what one test leaves to the next."""

import os
import subprocess
import sys

import psycopg
from django.db import connection

from ancora.testing.threads import rest_connections, resting_at


def test_copies_lie_where_they_cost_least(databases):
    if databases.server is not None:
        assert databases.server.place.folder.parent == databases.home.resolve()


def test_connection_that_stays_for_the_next_test_remembers_nothing(db):
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '5MB'; LISTEN ears; SELECT pg_advisory_lock(1); CREATE TEMP TABLE kept ()")
    before = resting_at(db)
    rest_connections()
    assert resting_at(db) == before != 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('work_mem') FROM pg_settings WHERE name = 'work_mem'")
        assert cursor.fetchone() == ("8MB",)
        cursor.execute(
            "SELECT (SELECT count(*) FROM pg_listening_channels()), (SELECT count(*) FROM pg_class WHERE relname = "
            "'kept'), (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())"
        )
        assert cursor.fetchone() == (0, 0, 0)


def test_connection_within_a_transaction_does_not_stay(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert resting_at(db)
    assert not resting_at("another")
    connection.connection.execute("BEGIN")
    assert not resting_at(db)
    rest_connections()
    assert connection.connection is None


def test_template_that_is_there_is_not_made_again(databases):
    words = [sys.executable, "-m", "ancora.testing.template"]
    made = "SELECT oid FROM pg_database WHERE datname LIKE 'template\\_%'"
    with psycopg.connect(databases.dsn("postgres")) as link:
        before = link.execute(made).fetchall()
        done = subprocess.run(words, env=os.environ, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert link.execute(made).fetchall() == before
    assert len(before) == 1
