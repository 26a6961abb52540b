"""Which files a power cut would leave: those whose bytes and whose names, up to the top, were synced."""

import os
from collections.abc import Iterable
from pathlib import Path


class Durability:
    """Written in the worker at each fsync, read when it is gone; survives its death, as the kernel's memory does."""

    def __init__(self, journal: Path, files: Path) -> None:
        self._files = str(files)
        self._journal = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def synced(self, descriptor: int) -> None:
        """After an fsync: of a file its bytes last, of a folder the names in it."""
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        if not path.startswith(os.path.dirname(self._files)):
            return
        if os.path.isdir(path):
            names = [f"{entry.name}={entry.inode()}" for entry in os.scandir(path)]
            os.write(self._journal, f"folder {path} {' '.join(names)}\n".encode())
        else:
            os.write(self._journal, f"file {os.fstat(descriptor).st_ino}\n".encode())


def not_durable(files: Path, digests: Iterable[str], journals: Iterable[Path], given: set[int]) -> list[str]:
    """Which of these files a power cut would take. `given`: inodes that lasted before the journals begin."""
    # Two workers may put the same file there in turn, and their journals have no common order: any name that was
    # synced with the inode it has now lasts.
    contents, names = set(given), set()
    for journal in journals:
        for line in journal.read_text().splitlines() if journal.exists() else ():
            kind, _, rest = line.partition(" ")
            if kind == "file":
                contents.add(int(rest))
            else:
                folder, *entries = rest.split(" ")
                names.update((folder, name, int(inode)) for name, _, inode in (e.partition("=") for e in entries))
    return [digest for digest in digests if not _lasts(files, digest, contents, names, given)]


def inodes(folder: Path) -> set[int]:
    """Of everything in a folder."""
    return {path.stat().st_ino for path in (folder, *folder.rglob("*"))}


def _lasts(files: Path, digest: str, contents: set[int], names: set, given: set[int]) -> bool:
    path = files / digest[:2] / digest[2:]
    if not path.exists() or path.stat().st_ino not in contents:
        return False
    while path != files.parent:
        inode = path.stat().st_ino
        if inode not in given and (str(path.parent), path.name, inode) not in names:
            return False
        path = path.parent
    return True
