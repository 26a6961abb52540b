"""Keeps the folder of files tidy."""

from ancora.platform.files.store import sweep
from ancora.platform.jobs import periodic


@periodic("41 3 * * *")
def sweep_unfinished() -> None:
    """Each night: what processes that died had begun to write."""
    sweep()
