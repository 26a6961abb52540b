"""Infrastructure settings, read once from the environment and from the home folder.

Every value has a default that works on one machine; a bad one is refused with what to write instead.
Secrets may be given as `NAME_FILE`, a path to a file that holds the value.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from ancora.conversations.channels.email.listening.doors import Door, Network, networks


class BadSetting(Exception):
    """An environment variable cannot be used; the message says which, why and what to write."""


@dataclass(frozen=True, slots=True)
class Environment:
    """home: folder of data · database_url: external PostgreSQL or None for the embedded one ·
    key: secret for signatures and encryption · bind, port: where the web server listens ·
    hosts: host names it answers to besides the public address · log_format: text or json ·
    doors: where the worker listens for mail · trusted: networks that may hand it over · largest_mail: its most
    bytes · certificate, certificate_key: files for STARTTLS · chat_streams: open chats an address may have."""

    home: Path
    database_url: str | None
    key: str
    bind: str
    port: int
    hosts: tuple[str, ...]
    debug: bool
    log_format: str
    log_level: str
    doors: tuple[Door, ...]
    trusted: tuple[Network, ...]
    largest_mail: int
    certificate: Path | None
    certificate_key: Path | None
    chat_streams: int


def read(home: Path | None = None) -> Environment:
    """The environment as it is now; creates the home folder (0700) and its key when new."""
    folder = Path(home or os.environ.get("ANCORA_HOME") or _default_home()).expanduser().absolute()
    _make(folder)
    return Environment(
        home=folder,
        database_url=_secret("DATABASE_URL"),
        key=_secret("ANCORA_KEY") or _key_in(folder),
        bind=os.environ.get("ANCORA_BIND", "127.0.0.1"),
        port=_number("ANCORA_PORT", 8000, 0, 65535),
        hosts=tuple(filter(None, os.environ.get("ANCORA_HOSTS", "").replace(",", " ").split())),
        debug=_choice("ANCORA_DEBUG", "0", ("0", "1")) == "1",
        log_format=_choice("ANCORA_LOG_FORMAT", "text", ("text", "json")),
        log_level=_choice("ANCORA_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        doors=(*_door("smtp", "ANCORA_SMTP_LISTEN"), *_door("lmtp", "ANCORA_LMTP_LISTEN")),
        trusted=_networks("ANCORA_MAIL_TRUSTED", "127.0.0.0/8 ::1/128"),
        largest_mail=_number("ANCORA_MAIL_MEGABYTES", 50, 1, 50) * 1_000_000,
        certificate=_path("ANCORA_MAIL_CERTIFICATE"),
        certificate_key=_path("ANCORA_MAIL_CERTIFICATE_KEY"),
        chat_streams=_number("ANCORA_CHAT_STREAMS", 300, 1, 100_000),
    )


def _default_home() -> Path:
    root = os.environ.get("ANCORA_ROOT")
    return Path(root) / ".ancora" / "home" if root else Path.home() / ".ancora"


def _make(home: Path) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(
            f"The home folder {home} cannot be made: {error.strerror}. Name another with --home or ANCORA_HOME."
        ) from error


def _key_in(home: Path) -> str:
    path = home / "key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        key = secrets.token_urlsafe(48)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        return key
    except OSError as error:
        raise BadSetting(
            f"The key in {path} cannot be read: {error.strerror}. Give the user of Ancora access."
        ) from error


def _secret(name: str) -> str | None:
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name) or None
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise BadSetting(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from error


def _number(name: str, default: int, low: int, high: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdecimal() or not low <= int(value) <= high:
        raise BadSetting(f"{name} is {value!r}; write a whole number from {low} to {high}.")
    return int(value)


def _choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    value = os.environ.get(name, default)
    if value not in choices:
        raise BadSetting(f"{name} is {value!r}; write one of: {', '.join(choices)}.")
    return value


def _door(kind: str, name: str) -> list[Door]:
    text = os.environ.get(name, "").strip()
    try:
        return [Door.read(kind, text)] if text else []
    except ValueError as error:
        raise BadSetting(
            f"{name} is {text!r}: {error}. Write an IP address of this machine with a port, such as 127.0.0.1:2525, "
            "or unix: with the path of a socket file."
        ) from error


def _networks(name: str, default: str) -> tuple[Network, ...]:
    try:
        return networks(os.environ.get(name) or default)
    except ValueError as error:
        raise BadSetting(
            f"{name} holds {error}, which is no network; write them like 10.0.0.0/8 192.168.1.7."
        ) from error


def _path(name: str) -> Path | None:
    return Path(os.environ[name]) if os.environ.get(name) else None
