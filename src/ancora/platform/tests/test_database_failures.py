"""What the person in front of the screen reads when the database cannot start."""

import os
import subprocess
from contextlib import suppress

import pytest

from ancora.platform.database import DatabaseError, Server
from ancora.platform.database.keeper import LARGEST_LOG, Keeper
from ancora.platform.tests.postgres_homes import UNSYNCED, ask, holder, new_home


@pytest.fixture
def home():
    with new_home() as home:
        yield home


@pytest.fixture
def small_disk(home):
    home.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=120m,mode=755", "none", home], check=False)
    if mounted.returncode != 0:
        pytest.skip("A small disk could not be mounted here; only root outside a container may.")
    yield home
    Server(home).erase()
    subprocess.run(["umount", home], check=True)


def test_data_of_another_version_is_refused_and_left_alone(home):
    server = Server(home, settings=UNSYNCED)
    with server:
        ask(server, "CREATE TABLE kept AS SELECT 1 AS n")
    version = server.place.data / "PG_VERSION"
    version.write_text("15\n")
    with pytest.raises(
        DatabaseError, match=r"made by PostgreSQL 15, but the programs in .* are PostgreSQL 1\d\. Nothing"
    ):
        server.attach()
    version.write_text("18\n")
    with server:
        assert ask(server, "SELECT n FROM kept") == "1"


def test_server_that_does_not_start_is_explained_by_its_log(home):
    server = Server(home, settings={**UNSYNCED, "shared_buffers": "many"})
    with pytest.raises(
        DatabaseError, match=r'(?s)did not start\. What was saved.*invalid value .*"shared_buffers": "many"'
    ):
        server.attach()
    with Server(home, settings=UNSYNCED) as well:
        assert ask(well, "SELECT 1") == "1"


def test_full_disk_is_called_a_full_disk(small_disk):
    server = Server(small_disk, settings={"max_wal_size": "32MB", "min_wal_size": "32MB"})
    with server:
        ask(server, "CREATE TABLE kept AS SELECT 1 AS n")
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(65536)):
            pass
    with pytest.raises(DatabaseError, match=r"is full.*safe.*Free some space"):
        server.attach()
    ballast.unlink()
    with server:
        assert ask(server, "SELECT n FROM kept") == "1"


def test_disk_too_small_for_a_new_database_is_refused_before_anything_is_made(small_disk):
    with (small_disk / "ballast").open("wb") as file:
        file.write(bytes(60 * 2**20))
    with pytest.raises(DatabaseError, match=r"is full \(\d+ MB free\)\. Nothing was changed\. Free at least"):
        Server(small_disk).attach()
    (small_disk / "ballast").unlink()


def test_making_that_was_interrupted_begins_again(home):
    server = Server(home, settings=UNSYNCED)
    server.place.make_folder(server.place.folder / "data.new")
    (server.place.folder / "data.new" / "PG_VERSION").write_text("18\n")
    with server:
        assert ask(server, "SELECT 1") == "1"
    assert not (server.place.folder / "data.new").exists()


def test_missing_programs_are_named(home, monkeypatch, tmp_path):
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(DatabaseError, match=r"PostgreSQL was not found in .*PG_BIN.*DATABASE_URL"):
        Server(home).attach()


def test_home_that_is_a_file_is_explained(home):
    home.write_text("")
    with pytest.raises(DatabaseError, match="cannot be used for the database: Not a directory"):
        Server(home).attach()
    home.unlink()


def test_failed_program_says_its_last_words(home):
    with Server(home, settings=UNSYNCED) as server, pytest.raises(DatabaseError, match=r"psql failed: .*nowhere"):
        ask(server, "SELECT * FROM nowhere")


def test_database_in_use_is_not_erased(home):
    with holder(home):
        with pytest.raises(DatabaseError, match=r"is in use\. Nothing was removed"):
            Server(home).erase()
        assert ask(Server(home), "SELECT 1") == "1"


def test_log_stays_small_and_holds_no_words_of_customers(home):
    with Server(home, settings=UNSYNCED) as server:
        ask(server, "CREATE TABLE kept (name text PRIMARY KEY); INSERT INTO kept VALUES ('Anna Rossi')")
        with pytest.raises(DatabaseError):
            ask(server, "INSERT INTO kept VALUES ('Anna Rossi')")
        log = server.place.log.read_text()
        assert "duplicate key" in log
        assert "Rossi" not in log
    keeper = Keeper(str(server.place.folder), [])
    os.ftruncate(keeper.log, LARGEST_LOG + 1)
    keeper.limit_log()
    assert server.place.log.stat().st_size == 0
    assert (server.place.folder / "log.1").stat().st_size == LARGEST_LOG + 1
    for descriptor in (keeper.holders, keeper.lock, keeper.log):
        os.close(descriptor)
