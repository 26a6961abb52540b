"""Reading the address of an external PostgreSQL."""

import re
from urllib.parse import unquote

from ancora.platform.database.errors import DatabaseError

EXAMPLE = "postgres://user:password@host:5432/database"
SCHEMES = {"postgres", "postgresql", "pgsql"}
FIELDS = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
OPTIONS = frozenset(
    """application_name channel_binding client_encoding connect_timeout gssencmode hostaddr keepalives keepalives_count
    keepalives_idle keepalives_interval load_balance_hosts options passfile require_auth service sslcert sslcrl
    sslkey sslmode sslnegotiation sslpassword sslrootcert sslsni ssl_min_protocol_version target_session_attrs
    tcp_user_timeout""".split()  # noqa: SIM905
)
BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def settings_from(dsn: str) -> dict:
    """NAME, USER, PASSWORD, HOST, PORT and OPTIONS as Django wants them; refuses what libpq would not understand.

    The address is read as libpq reads it: every part is percent-decoded, `+` is a plus, and the query may carry
    `host=/folder` for a unix socket. No message ever repeats the password.
    """
    scheme, mark, rest = dsn.strip().partition("://")
    if not mark or scheme.lower() not in SCHEMES:
        raise _refused("It must begin with postgres://")
    rest, _, query = rest.partition("?")
    authority, _, name = rest.partition("/")
    login, _, hosts = authority.rpartition("@")
    user, _, password = login.partition(":")
    settings = {"NAME": _decoded(name), "USER": _decoded(user), "PASSWORD": _decoded(password), "OPTIONS": {}}
    settings["HOST"], settings["PORT"] = _hosts(hosts)
    _read_query(query, settings)
    settings["NAME"] = settings["NAME"] or settings["USER"]
    _check(settings)
    return settings


def _read_query(query: str, settings: dict) -> None:
    for pair in filter(None, query.split("&")):
        key, mark, value = pair.partition("=")
        key, value = _decoded(key), _decoded(value)
        if not mark or (key not in FIELDS and key not in OPTIONS):
            raise _refused(f"“{key}” is no connection option of PostgreSQL.")
        if key in FIELDS:
            settings[FIELDS[key]] = value
        else:
            settings["OPTIONS"][key] = value


def _hosts(text: str) -> tuple[str, str]:
    hosts, ports = [], []
    for entry in text.split(","):
        if entry.startswith("["):
            host, closed, rest = entry[1:].partition("]")
            if not closed or (rest and not rest.startswith(":")):
                raise _refused("The brackets around the IPv6 address are not closed.")
            port = rest[1:]
        else:
            host, _, port = entry.partition(":")
        hosts.append(_decoded(host))
        ports.append(_decoded(port))
    return ",".join(hosts), ",".join(ports) if any(ports) else ""


def _check(settings: dict) -> None:
    if not settings["NAME"]:
        raise _refused("The name of the database is missing.")
    for port in filter(None, settings["PORT"].split(",")):
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise _refused(
                "The port is not a number from 1 to 65535; a “:”, “@” or “/” in a password must be "
                "written as %3A, %40 or %2F."
            )
    if "/" in settings["NAME"]:
        raise _refused("The name of the database holds a slash; in a name or a password it must be written as %2F.")
    if any("\0" in value for value in settings.values() if isinstance(value, str)):
        raise _refused("It holds a zero byte.")


def _decoded(text: str) -> str:
    if BROKEN_ESCAPE.search(text):
        raise _refused("A % is not followed by two hexadecimal digits; a plain % is written as %25.")
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise _refused("Its percent escapes are not UTF-8.") from None


def _refused(reason: str) -> DatabaseError:
    return DatabaseError(f"The address of the database cannot be used. {reason} It looks like this: {EXAMPLE}")
