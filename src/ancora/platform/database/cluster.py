"""Making a cluster, and the command line its server is started with."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from ancora.platform.database.errors import DatabaseError, failure
from ancora.platform.database.place import Place

EXTENSIONS = ("unaccent", "pg_trgm", "btree_gin", "vector")
LEAST_FREE_BYTES = 96 * 2**20
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}

# Small on purpose: the whole product shares one modest machine. No line of the log may carry what a customer
# wrote, hence no statements and no details of the rows that broke a rule.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "48MB",
    "effective_cache_size": "512MB",
    "huge_pages": "off",
    "jit": "off",
    "random_page_cost": "1.1",
    "max_worker_processes": "4",
    "max_parallel_workers": "2",
    "max_parallel_workers_per_gather": "1",
    "autovacuum_max_workers": "2",
    "max_logical_replication_workers": "0",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "64MB",
    "max_wal_size": "512MB",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_line_prefix": "%m [%p] ",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "lc_messages": "C",
}


def command(place: Place, binaries: Path, major: int, settings: Mapping[str, str]) -> list[str]:
    """The server's command line; what the caller asks for wins over what we choose."""
    chosen = {**SETTINGS, "unix_socket_directories": str(place.sockets()), "unix_socket_permissions": "0700"}
    if major >= 18:
        # The worker processes of PostgreSQL 18's asynchronous reads cost memory that a small machine misses.
        chosen["io_method"] = "sync"
    chosen.update(settings)
    options = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
    return [str(binaries / "postgres"), "-D", str(place.data), *options]


def check_version(place: Place, binaries: Path, major: int) -> None:
    made_by = int((place.data / "PG_VERSION").read_text().strip())
    if made_by != major:
        raise DatabaseError(
            f"The data in {place.data} was made by PostgreSQL {made_by}, but the programs in {binaries} are "
            f"PostgreSQL {major}. Nothing was changed and the data is safe. Start Ancora with PostgreSQL {made_by} "
            "(PG_BIN names its folder), make a backup with “ancora backup”, and restore it in a new home."
        )


def make(place: Place, binaries: Path, major: int, *, settings: Mapping[str, str]) -> None:
    """Makes the cluster with its two users, the extensions and the database; all of it, or nothing is there."""
    free = shutil.disk_usage(place.folder).free
    if free < LEAST_FREE_BYTES:
        raise DatabaseError(
            f"The disk that holds {place.folder} is full ({free // 2**20} MB free). Nothing was changed. "
            f"Free at least {LEAST_FREE_BYTES // 2**20} MB there and start again."
        )
    fresh = place.folder / "data.new"
    if fresh.exists():
        shutil.rmtree(fresh)
    place.make_folder(fresh)
    durable = settings.get("fsync", "on")
    _initialise(place, binaries, fresh, major, durable=durable)
    passwords = {"postgres": secrets.token_urlsafe(24), "ancora": secrets.token_urlsafe(24)}
    _fill(place, binaries, fresh, passwords, durable=durable)
    place.write("pgpass", "".join(f"*:*:*:{user}:{password}\n" for user, password in passwords.items()))
    fresh.rename(place.data)
    _sync(place.folder)


def _initialise(place: Place, binaries: Path, fresh: Path, major: int, *, durable: str) -> None:
    # The builtin locale sorts alike on every machine; PostgreSQL 16 and older know only the C library's.
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    arguments = ["-D", fresh, "-U", "postgres", "--encoding=UTF8", "--data-checksums", "--auth=reject"]
    arguments += builtin if major >= 17 else ["--locale=C.UTF-8"]
    if durable == "off":
        arguments.append("--no-sync")
    _run(place, [binaries / "initdb", *arguments], fresh)
    rules = fresh / "pg_hba.conf"
    rules.write_text("# Everybody comes through the socket and shows a password.\nlocal all all scram-sha-256\n")


def _fill(place: Place, binaries: Path, fresh: Path, passwords: Mapping[str, str], *, durable: str) -> None:
    # Single-user mode: no socket is open before the passwords are set. Every line is one statement.
    # The extensions go into template1, so that every database made later has them: `vector` needs a superuser.
    lines = [
        f"ALTER ROLE postgres PASSWORD '{passwords['postgres']}';",
        f"CREATE ROLE ancora LOGIN PASSWORD '{passwords['ancora']}';",
    ]
    for name in EXTENSIONS:
        lines.append(
            f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_available_extensions WHERE name = '{name}') "
            f"THEN CREATE EXTENSION {name}; END IF; END $$;"
        )
    lines.append("CREATE DATABASE ancora OWNER ancora TEMPLATE template1;")
    options = ["-c", "exit_on_error=on", "-c", "log_min_error_statement=panic", "-c", f"fsync={durable}"]
    arguments = [binaries / "postgres", "--single", "-D", fresh, *options, "template1"]
    _run(place, arguments, fresh, said="\n".join(lines) + "\n")


def _run(place: Place, arguments: list, fresh: Path, *, said: str = "") -> None:
    words, options = list(map(str, arguments)), {"env": ENVIRONMENT, "cwd": "/", **place.user}
    done = subprocess.run(words, input=said, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        raise failure(place.folder, done.stdout + done.stderr)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
