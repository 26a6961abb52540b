"""What a backup says of itself: by it a restore knows that the backup is whole, and for which version it is."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ancora.platform.errors import Refusal

FORMAT = 1
DUMP, FILES, MANIFEST = "database.dump", "files", "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`postgresql`: version of the server · `pg_dump`: major version of the program that wrote the dump · `schema`:
    migrations that the database had · `counts`: rows by table · `files_missing`: digests that the database named and
    the disk did not have · `key_check`: a word encrypted with the key, to see whether it fits."""

    ancora: str
    made_at: str
    postgresql: int
    pg_dump: int
    schema: list[str]
    counts: dict[str, int]
    dump_size: int
    dump_sha256: str
    files_count: int
    files_size: int
    files_missing: list[str] = field(default_factory=list)
    key_check: str = ""
    format: int = FORMAT

    def write(self, folder: Path) -> Path:
        path = folder / MANIFEST
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")
        return path


def read(folder: Path) -> Manifest:
    """The manifest of a finished backup; `Refusal` for anything else."""
    try:
        found = json.loads((folder / MANIFEST).read_text())
    except FileNotFoundError:
        raise Refusal(f"{folder} is no finished backup: it has no {MANIFEST}. Nothing was changed.") from None
    except ValueError:
        raise Refusal(f"The {MANIFEST} in {folder} is damaged. Nothing was changed. Use another backup.") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Refusal(
            f"The backup in {folder} has a form that this version does not know. Nothing was changed. "
            "Restore it with the version of Ancora that made it, or a newer one."
        )
    try:
        return Manifest(**found)
    except TypeError:
        raise Refusal(f"The {MANIFEST} in {folder} is damaged. Nothing was changed. Use another backup.") from None


def require_whole(folder: Path, manifest: Manifest) -> None:
    """Compares the dump and every file with what the backup says it holds; `Refusal` when a byte is missing."""
    dump = folder / DUMP
    if not dump.exists() or sha256_of(dump) != manifest.dump_sha256:
        raise Refusal(f"{dump} is damaged or missing. Nothing was changed. Use another backup.")
    count = 0
    for path, digest in files_in(folder / FILES):
        if sha256_of(path) != digest:
            raise Refusal(f"The file {path} is damaged. Nothing was changed. Use another backup.")
        count += 1
    if count != manifest.files_count:
        raise Refusal(
            f"The backup in {folder} should hold {manifest.files_count} files and holds {count}. Nothing was changed. "
            "Use another backup, or copy this one again from where it was made."
        )


def files_in(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every stored file below a folder like `home/files`, with the digest that is its name."""
    for path in sorted(folder.glob("??/*")):
        if not path.name.startswith(".") and path.is_file():
            yield path, path.parent.name + path.name


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
