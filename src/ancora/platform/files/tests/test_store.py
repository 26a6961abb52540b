"""Bytes are durable on disk before their row is written; the same bytes are kept once; a full disk loses nothing."""

import hashlib
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from ancora.platform.files.jobs import remove_half_written
from ancora.platform.files.models import File
from ancora.platform.files.store import StorageFull, keep_all, path_of, read, store
from ancora.testing.threads import Aside

SRC = Path(__file__).parents[4]


@pytest.fixture
def home(tmp_path, settings):
    settings.ANCORA_HOME = tmp_path
    return tmp_path


def _kept(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file()]


def test_bytes_come_back_as_they_were(db, home):
    @given(st.binary(max_size=5000))
    def round_trip(content):
        file = store(content)
        assert read(file) == content
        assert file.size == len(content)

    round_trip()


def test_same_bytes_are_kept_once(db, home):
    first, again = store(b"logo"), store(b"logo")
    assert first == again
    assert len(_kept(home)) == File.objects.count() == 1


def test_same_bytes_stored_by_two_at_once_have_one_row_and_nobody_waits_for_known_ones(db, home):
    store(b"known")
    with transaction.atomic():
        mine = store(b"new")
        assert store(b"known").pk == Aside(store, b"known").result(5).pk
        other = Aside(store, b"new")
        other.join(0.3)
        assert other.is_alive()
    assert other.result() == mine
    assert File.objects.count() == 2


def test_two_that_store_the_same_known_files_in_opposite_order_do_not_block_each_other(db, home):
    one, two = store(b"one"), store(b"two")
    with transaction.atomic():
        assert store(b"one") == one
        assert Aside(lambda: [store(b"two"), store(b"one")]).result(5) == [two, one]
        assert store(b"two") == two


def test_many_are_kept_at_once(home):
    contents = [f"mail {number % 30}".encode() for number in range(60)]
    digests = keep_all(contents)
    assert [path_of(digest).read_bytes() for digest in digests] == contents
    assert len(_kept(home)) == 30
    assert keep_all([]) == []


def test_bytes_outlive_a_transaction_that_is_taken_back_and_the_row_does_not(db, home):
    with transaction.atomic():
        file = store(b"kept")
        transaction.set_rollback(True)
    assert path_of(file.digest).read_bytes() == b"kept"
    assert File.objects.count() == 0
    assert read(store(b"kept")) == b"kept"


def test_bytes_are_synced_then_named_then_their_folders_synced_before_the_row_is_written(db, home):
    steps = []

    def watch(frame, event, function):
        if event == "c_call" and function in (os.fsync, os.replace):
            steps.append(function.__name__)
        elif event == "call" and frame.f_code.co_name == "execute" and "INSERT INTO file" in str(frame.f_locals):
            steps.append("row")

    connection.ensure_connection()
    sys.setprofile(watch)
    try:
        store(b"durable")
    finally:
        sys.setprofile(None)
    steps = steps[: steps.index("row") + 1]
    at = steps.index("replace")
    assert steps[at - 1 : at + 3] == ["fsync", "replace", "fsync", "row"]
    # Two new folders, each with its entry made durable in its parent.
    assert steps[: at - 1] == ["fsync", "fsync"]


def _synced(work) -> list[str]:
    """What was synced meanwhile, by path."""
    paths = []

    def watch(frame, event, function):
        if event == "c_call" and function is os.fsync:
            paths.append(os.readlink(f"/proc/self/fd/{frame.f_locals['descriptor']}"))

    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(None)
    return paths


def test_folder_of_a_process_that_died_before_it_was_synced_is_made_durable(db, home):
    """The name of a folder lasts only when its parent was synced: that another one exists proves nothing."""
    folder = path_of(hashlib.sha256(b"mail").hexdigest()).parent
    folder.mkdir(parents=True)
    assert {str(home), str(home / "files"), str(folder)} <= set(_synced(lambda: store(b"mail")))


def test_known_file_in_a_folder_of_a_dead_process_is_made_durable(db, home):
    path = path_of(hashlib.sha256(b"mail").hexdigest())
    path.parent.mkdir(parents=True)
    path.write_bytes(b"mail")
    assert {str(home), str(home / "files"), str(path.parent)} <= set(_synced(lambda: store(b"mail")))


def test_half_written_files_of_dead_processes_go_after_a_day(db, home):
    file = store(b"whole")
    old, new = (path_of(file.digest).with_name(f".new-{name}") for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"who")
    a_day_ago = time.time() - 25 * 60 * 60
    os.utime(old, (a_day_ago, a_day_ago))
    os.utime(path_of(file.digest), (a_day_ago, a_day_ago))
    remove_half_written()
    remove_half_written()
    assert sorted(_kept(home)) == sorted([path_of(file.digest), new])


def test_file_cut_short_by_a_broken_disk_is_written_anew(db, home):
    file = store(b"whole content")
    path_of(file.digest).write_bytes(b"who")
    assert store(b"whole content") == file
    assert read(file) == b"whole content"


def test_files_are_for_their_owner_only(db, home):
    path = path_of(store(b"private").digest)
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_full_disk_is_told_and_nothing_is_half_written(db, home):
    if os.getuid() != 0 or not _mounted(home):
        pytest.skip("a small disk can only be mounted by root")
    try:
        small = store(b"x" * 1000)
        with pytest.raises(StorageFull):
            store(os.urandom(400_000))
        assert [path.read_bytes() for path in _kept(home)] == [b"x" * 1000]
        assert list(File.objects.all()) == [small]
        assert read(store(b"still works")) == b"still works"
    finally:
        subprocess.run(["umount", str(home)], check=True)


def _mounted(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


ATTEMPT = """
import resource, signal, django
django.setup()
from ancora.platform.files.store import StorageFull, store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
try:
    store(bytes(400_000))
except StorageFull as error:
    print(error.strerror)
"""


def test_limit_on_file_sizes_is_told_as_no_room(tmp_path):
    environment = {**os.environ, "ANCORA_HOME": str(tmp_path), "PYTHONPATH": str(SRC)}
    done = subprocess.run(
        [sys.executable, "-c", ATTEMPT], env=environment, capture_output=True, text=True, check=True, cwd=SRC
    )
    assert "No room" in done.stdout
    assert _kept(tmp_path / "files") == []
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 65536
