"""Lets go of files that nothing names any more."""

import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import ProtectedError

from ancora.platform.files.models import File
from ancora.platform.files.store import UNFINISHED, path_of

# Longer than anybody takes to write down a file that is kept, and than a backup copies the files of its dump.
GRACE = timedelta(days=1)


@transaction.atomic
def forget_unnamed(file_ids: Iterable[int]) -> list[str]:
    """Delete the rows of those of these files that no other row names; gives their digests. The bytes are another
    matter (`remove_bytes`): somebody may be keeping the same ones at this moment."""
    digests = []
    # Held, so that whoever is about to name one of them finds it gone and stores it anew.
    for file in File.objects.select_for_update().filter(pk__in=set(file_ids)).order_by("pk"):
        with suppress(ProtectedError):
            file.delete()
            digests.append(file.digest)
    return digests


def remove_bytes(digest: str) -> bool:
    """Remove bytes that no row names, unless somebody kept the same ones within the last day; returns whether. Belongs
    a day after their row is gone."""
    path = path_of(digest)
    aside = path.parent / f"{UNFINISHED}{secrets.token_hex(8)}"
    try:
        if _is_wanted(path, digest):
            return False
        # Who keeps the same bytes from now on writes them anew; who kept them just before has touched them.
        path.rename(aside)
        if _is_wanted(aside, digest):
            aside.replace(path)
            return False
    except FileNotFoundError:
        return False
    aside.unlink()
    return True


def _is_wanted(path: Path, digest: str) -> bool:
    is_fresh = time.time() - path.stat().st_mtime < GRACE.total_seconds()
    return is_fresh or File.objects.filter(digest=digest).exists()
