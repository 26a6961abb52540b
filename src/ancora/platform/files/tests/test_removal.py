"""A file goes only when nothing names it, and never under the hands of somebody who is keeping it."""

import os
import time

import pytest

from ancora.conversations.models import Arrival
from ancora.platform import clock
from ancora.platform.files.models import File
from ancora.platform.files.removal import GRACE, forget_unnamed, remove_bytes
from ancora.platform.files.store import keep, path_of, read, store


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.ANCORA_HOME = tmp_path


def make_old(digest: str) -> None:
    long_ago = time.time() - GRACE.total_seconds() - 60
    os.utime(path_of(digest), (long_ago, long_ago))


def test_row_that_something_names_stays(db):
    named, alone = store(b"named"), store(b"alone")
    Arrival.objects.create(key="x", file_id=named.pk, received_at=clock.now())
    assert forget_unnamed([named.pk, alone.pk, 999]) == [alone.digest]
    assert File.objects.get().pk == named.pk
    assert forget_unnamed([named.pk, alone.pk]) == []


def test_bytes_without_a_row_go_when_nobody_kept_them_for_a_day(db):
    digest = keep(b"once")
    assert not remove_bytes(digest)
    make_old(digest)
    assert remove_bytes(digest)
    assert not path_of(digest).exists()
    assert not any(path.is_file() for path in path_of(digest).parent.iterdir())
    assert not remove_bytes(digest)


def test_bytes_that_are_kept_again_stay(db):
    digest = keep(b"twice")
    make_old(digest)
    assert keep(b"twice") == digest
    assert not remove_bytes(digest)
    assert path_of(digest).read_bytes() == b"twice"


def test_bytes_with_a_row_stay_however_old(db):
    file = store(b"row")
    make_old(file.digest)
    assert not remove_bytes(file.digest)
    assert read(file) == b"row"


def test_bytes_that_go_while_they_are_kept_are_written_anew(db, monkeypatch):
    digest = keep(b"raced")
    real = os.utime

    def lose_it_first(path, *given):
        path_of(digest).unlink(missing_ok=True)
        return real(path, *given)

    monkeypatch.setattr(os, "utime", lose_it_first)
    assert keep(b"raced") == digest
    assert path_of(digest).read_bytes() == b"raced"
