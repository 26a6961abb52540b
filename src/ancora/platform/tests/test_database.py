"""The embedded server's life: made, shared, killed, recovered, stopped."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ancora.platform.database import DatabaseError, Server
from ancora.platform.tests.postgres_homes import (
    SOURCE,
    UNSYNCED,
    answers,
    ask,
    holder,
    keeper,
    new_home,
    postmaster,
    stops,
)

PROPERTIES = """
SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding), pg_get_userbyid(datdba), current_setting('fsync'),
  current_setting('data_checksums'), current_setting('listen_addresses') FROM pg_database WHERE datname = 'ancora'
"""


@pytest.fixture
def home():
    with new_home() as home:
        yield home


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_new_database_is_private_and_sorts_alike_everywhere(home):
    with Server(home) as server:
        assert ask(server, PROPERTIES) == "b|C.UTF-8|UTF8|ancora|on|on|"
        assert ask(server, "SELECT 1 FROM pg_roles WHERE rolname = 'ancora' AND (rolsuper OR rolcreatedb)") == ""
        extensions = ask(server, "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension")
        assert extensions == "btree_gin pg_trgm plpgsql unaccent vector"
        assert [mode(p) for p in (server.place.folder, server.place.data, server.sockets)] == [0o700] * 3
        assert mode(server.place.passwords) == 0o600
        assert len(str(server.sockets / ".s.PGSQL.5432")) < 100
        assert ask(server, "SELECT to_tsvector('italian', 'La Città è bella, perché')") == "'bell':4 'citt':2"


def test_nobody_enters_without_the_right_password(home):
    with Server(home, settings=UNSYNCED) as server:
        said = {"capture_output": True, "text": True}
        for user in ("postgres", "ancora"):
            wrong = {**server.environment(user=user), "PGPASSWORD": "guess"}
            tried = subprocess.run([server.binary("psql"), "-c", "SELECT 1"], env=wrong, check=False, **said)
            assert tried.returncode == 2
            assert "password authentication failed" in tried.stderr
        done = subprocess.run([server.binary("psql"), server.dsn(), "-XAtc", "SELECT 1"], check=False, **said)
        assert done.stdout == "1\n"
        assert ask(server, "SELECT DISTINCT auth_method FROM pg_hba_file_rules", user="postgres") == "scram-sha-256"


def test_databases_can_be_made_only_when_asked_for(home):
    with Server(home, settings=UNSYNCED) as server:
        with pytest.raises(DatabaseError, match="permission denied to create database"):
            ask(server, "CREATE DATABASE clone")
        with Server(home, createdb=True) as permitted:
            ask(permitted, "CREATE DATABASE clone TEMPLATE ancora")
            assert ask(permitted, "SELECT 'a' % 'a', '[1]'::vector", database="clone") == "t|[1]"


def test_holder_may_come_while_all_connections_are_taken(home):
    with Server(home, settings={**UNSYNCED, "max_connections": "2", "superuser_reserved_connections": "0"}) as server:
        words, quiet = [server.binary("psql"), "-Xc", "SELECT pg_sleep(60)"], subprocess.DEVNULL
        crowd = [subprocess.Popen(words, env=server.environment(), stderr=quiet) for _ in range(12)]
        try:
            while sum(client.poll() is None for client in crowd) > 2:
                time.sleep(0.01)
            with pytest.raises(DatabaseError, match="too many clients already"):
                ask(server, "SELECT 1")
            Server(home).attach().detach()
        finally:
            for client in crowd:
                client.kill()
                client.wait()


def test_attaching_again_changes_nothing(home):
    server = Server(home, settings=UNSYNCED)
    server.attach()
    first = postmaster(server)
    server.attach()
    assert postmaster(server) == first
    server.detach()
    assert not answers(server)
    server.detach()


def test_two_processes_that_come_first_at_once_share_one_server(home):
    with holder(home, wait=False) as web, holder(home, wait=False) as worker:
        assert web.stdout.readline() == worker.stdout.readline() == "ready\n"
        server = Server(home)
        ask(server, "SELECT 1")
        web.communicate("leave\n", timeout=20)
        assert ask(server, "SELECT 2") == "2"
        worker.communicate("leave\n", timeout=20)
        assert not answers(server)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_server_stops_when_its_last_holder_is_ended_by_a_signal(home, number):
    with holder(home) as process:
        server = Server(home)
        assert answers(server)
        process.send_signal(number)
        process.wait()
        assert stops(server)


def test_committed_rows_outlive_kill_9_of_everything(home):
    with holder(home, fsync="on") as process:
        server = Server(home)
        ask(server, "CREATE TABLE kept (n int)")
        for n in range(20):
            ask(server, f"INSERT INTO kept VALUES ({n})")
        for pid in (keeper(server), postmaster(server), process.pid):
            os.kill(pid, signal.SIGKILL)
    with Server(home) as server:
        assert ask(server, "SELECT count(*) FROM kept") == "20"


def test_killed_holder_loses_only_what_it_had_not_committed(home):
    script = (
        "INSERT INTO kept VALUES (1);\nBEGIN;\nINSERT INTO kept VALUES (2);\n\\echo waiting\nSELECT pg_sleep(60);\n"
    )
    with Server(home) as server:
        ask(server, "CREATE TABLE kept (n int)")
        words = [server.binary("psql"), "-Xqf", "-"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        client = subprocess.Popen(words, env=server.environment(), text=True, **pipes)
        client.stdin.write(script)
        client.stdin.flush()
        assert client.stdout.readline() == "waiting\n"
        client.kill()
        client.communicate()
        assert ask(server, "SELECT sum(n) FROM kept") == "1"


def test_server_that_was_killed_comes_back_for_those_who_hold_it(home):
    with Server(home) as server:
        ask(server, "CREATE TABLE kept (n int)")
        ask(server, "INSERT INTO kept VALUES (7)")
        first = postmaster(server)
        os.kill(first, signal.SIGKILL)
        server.attach()
        assert postmaster(server) != first
        assert ask(server, "SELECT n FROM kept") == "7"
        os.kill(postmaster(server), signal.SIGKILL)
        until = time.monotonic() + 20
        while not answers(server) and time.monotonic() < until:
            time.sleep(0.05)
        assert answers(server)


def test_keeper_that_was_killed_is_replaced_by_the_next_holder(home):
    with holder(home) as process:
        server = Server(home)
        first, running = keeper(server), postmaster(server)
        os.kill(first, signal.SIGKILL)
        while is_running(first):
            time.sleep(0.01)
        server.attach()
        assert keeper(server) != first
        assert postmaster(server) == running
        server.detach()
        assert answers(server)
        process.kill()
        assert stops(server)


def test_newcomer_during_the_stop_waits_and_starts_anew(home):
    turns = "import sys; from pathlib import Path; from ancora.platform.database import Server\n"
    turns += "for _ in range(12):\n with Server(Path(sys.argv[1]), settings={'fsync': 'off'}) as server:\n"
    turns += "  server.run('psql', '-Xqc', 'INSERT INTO turns VALUES (1)')\n"
    with Server(home, settings=UNSYNCED) as server:
        ask(server, "CREATE TABLE turns (n int)")
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    crowd = [subprocess.Popen([sys.executable, "-c", turns, str(home)], env=environment) for _ in range(3)]
    assert [process.wait(120) for process in crowd] == [0, 0, 0]
    assert not answers(server)
    with server:
        assert ask(server, "SELECT count(*) FROM turns") == "36"


@pytest.mark.parametrize("kind", ["living", "zombie"])
def test_number_of_a_dead_server_may_belong_to_another_program(home, kind):
    with Server(home, settings=UNSYNCED) as server:
        place, sockets = server.place, server.sockets
        written = (place.data / "postmaster.pid").read_text().split("\n", 1)[1]
    other = subprocess.Popen(["sleep", "60" if kind == "living" else "0"], **place.user)
    try:
        if kind == "zombie":
            os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        for file in (place.data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
            file.write_text(f"{other.pid}\n{written}")
            os.chown(file, place.uid, place.gid)
        with server:
            assert ask(server, "SELECT 1") == "1"
        assert (other.poll() is None) == (kind == "living")
    finally:
        other.kill()
        other.wait()


def test_dump_is_restored_with_the_programs_of_the_server(home, tmp_path):
    with Server(home, settings=UNSYNCED, createdb=True) as server:
        ask(server, "CREATE TABLE kept (name text); INSERT INTO kept VALUES ('Città')")
        server.run("pg_dump", "-Fc", "-f", tmp_path / "dump")
        ask(server, "CREATE DATABASE again", database="postgres")
        server.run("pg_restore", "--no-comments", "--exit-on-error", "-d", "again", tmp_path / "dump")
        assert ask(server, "SELECT name FROM kept", database="again") == "Città"


def test_package_needs_nothing_but_the_standard_library():
    code = "import sys, ancora.platform.database; print([m for m in ('django', 'psycopg') if m in sys.modules])"
    words = [sys.executable, "-S", "-c", code]
    environment = {"PYTHONPATH": str(SOURCE)}
    assert subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout == "[]\n"
