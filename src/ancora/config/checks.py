"""A system check for every infrastructure setting: what is amiss, and what to write instead.

Values that cannot be used at all are refused when the environment is read; here is what can be used but should not.
"""

import ipaddress
import os
import re
from collections.abc import Iterator
from pathlib import Path

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution

SHORTEST_KEY = 32
OLDEST_POSTGRESQL = 150000
_HOST = re.compile(r"^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$")


def declare() -> None:
    """Registers them all with Django (`ancora upgrade` and `ancora doctor` run them)."""
    for check in (home, key, bind, port, hosts, debug, log_level, static_files, doors, certificate):
        register(check, "ancora")
    register(database, Tags.database)


def home(app_configs, **kwargs) -> list[CheckMessage]:
    folder = _environment().home
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        hint = "Let the user of Ancora own it, or name another folder with ANCORA_HOME or --home."
        return [Error(f"ANCORA_HOME: {folder} cannot be written.", hint=hint, id="ancora.E001")]
    return []


def key(app_configs, **kwargs) -> list[CheckMessage]:
    found = []
    if len(_environment().key) < SHORTEST_KEY:
        hint = "Write at least 32 random characters, or leave it out: a key is then made in the home folder."
        found.append(Error("ANCORA_KEY is too short to be safe.", hint=hint, id="ancora.E002"))
    file = Path(os.environ.get("ANCORA_KEY_FILE") or _environment().home / "key")
    if not os.environ.get("ANCORA_KEY") and file.exists() and file.stat().st_mode & 0o044:
        hint = f"Run: chmod 600 {file}"
        found.append(Caution(f"The key in {file} can be read by other users.", hint=hint, id="ancora.W003"))
    return found


def bind(app_configs, **kwargs) -> list[CheckMessage]:
    address = _environment().bind
    if address == "localhost":
        return []
    try:
        is_local = ipaddress.ip_address(address).is_loopback
    except ValueError:
        hint = "Write an IP address of this machine: 127.0.0.1 behind a proxy, 0.0.0.0 for all networks."
        return [Error(f"ANCORA_BIND is {address!r}, which is no IP address.", hint=hint, id="ancora.E004")]
    if is_local:
        return []
    hint = "Let a proxy with https stand before it, and let nothing else reach this port."
    words = f"ANCORA_BIND is {address}: pages can be reached over the network without https."
    return [Caution(words, hint=hint, id="ancora.W005")]


def port(app_configs, **kwargs) -> list[CheckMessage]:
    number = _environment().port
    if 0 < number < _first_free_port() and os.geteuid() != 0:
        hint = "Choose 1024 or higher and let a proxy listen on 443."
        return [Error(f"ANCORA_PORT is {number}, which only root may open.", hint=hint, id="ancora.E006")]
    return []


def hosts(app_configs, **kwargs) -> list[CheckMessage]:
    hint = "Write names only, without https:// and port, separated by spaces: help.example.com intranet"
    return [
        Error(f"ANCORA_HOSTS holds {host!r}, which is no host name.", hint=hint, id="ancora.E007")
        for host in _environment().hosts
        if not _is_host(host)
    ]


def debug(app_configs, **kwargs) -> list[CheckMessage]:
    if not _environment().debug:
        return []
    hint = "Take ANCORA_DEBUG away: error pages show settings and data while it is 1."
    return [Caution("ANCORA_DEBUG is 1, which is for developers only.", hint=hint, id="ancora.W008")]


def log_level(app_configs, **kwargs) -> list[CheckMessage]:
    if _environment().log_level != "DEBUG":
        return []
    hint = "Write ANCORA_LOG_LEVEL=INFO when you have found what you are looking for."
    return [Caution("ANCORA_LOG_LEVEL is DEBUG: the log grows fast.", hint=hint, id="ancora.W009")]


def static_files(app_configs, **kwargs) -> list[CheckMessage]:
    from django.conf import settings

    folder = Path(settings.STATIC_ROOT)
    if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
        hint = "Let the user of Ancora own it."
        return [Error(f"{folder}, made of ANCORA_HOME, cannot be written.", hint=hint, id="ancora.E010")]
    return []


def doors(app_configs, **kwargs) -> list[CheckMessage]:
    found = []
    for door in _environment().doors:
        name = f"ANCORA_{door.kind.upper()}_LISTEN"
        if door.port and door.port < _first_free_port() and os.geteuid() != 0:
            hint = "Choose 1024 or higher, and let your mail server hand mail over there."
            found.append(Error(f"{name} is {door}, which only root may open.", hint=hint, id="ancora.E013"))
        if not door.is_here_only:
            hint = "Let ANCORA_MAIL_TRUSTED name your mail servers alone, and give a certificate for STARTTLS."
            words = f"{name} is {door}: it can be reached over the network."
            found.append(Caution(words, hint=hint, id="ancora.W014"))
    if any(network.prefixlen == 0 for network in _environment().trusted):
        hint = "Name only the mail servers that hand mail over."
        found.append(Caution("ANCORA_MAIL_TRUSTED trusts every address.", hint=hint, id="ancora.W015"))
    return found


def certificate(app_configs, **kwargs) -> list[CheckMessage]:
    files = {
        "ANCORA_MAIL_CERTIFICATE": _environment().certificate,
        "ANCORA_MAIL_CERTIFICATE_KEY": _environment().certificate_key,
    }
    if not any(files.values()):
        return []
    found = [
        Error(f"{name} is missing.", hint="STARTTLS needs the certificate and its key.", id="ancora.E016")
        for name, path in files.items()
        if path is None
    ]
    hint = "Write the path of a PEM file that the user of Ancora can read."
    return found + [
        Error(f"{name}: {path} cannot be read.", hint=hint, id="ancora.E017")
        for name, path in files.items()
        if path and not os.access(path, os.R_OK)
    ]


def database(app_configs, databases=None, **kwargs) -> list[CheckMessage]:
    return list(_database()) if databases else []


def _database() -> Iterator[CheckMessage]:
    from django.db import connection

    if connection.pg_version < OLDEST_POSTGRESQL:
        hint = "Let DATABASE_URL name a server of version 15 or newer, or leave it out for the embedded one."
        yield Error("DATABASE_URL: PostgreSQL is older than 15.", hint=hint, id="ancora.E011")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()")
        if cursor.fetchone()[0] != "UTF8":
            hint = "Make a database with: CREATE DATABASE ancora ENCODING 'UTF8' TEMPLATE template0"
            yield Error("DATABASE_URL: the database is not in UTF-8.", hint=hint, id="ancora.E012")


def _environment():
    from django.conf import settings

    return settings.ENVIRONMENT


def _is_host(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return bool(_HOST.match(host))


def _first_free_port() -> int:
    try:
        return int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    except (OSError, ValueError):
        return 1024
