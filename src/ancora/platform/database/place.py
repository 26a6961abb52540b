"""Where a cluster lives, and as whom its server runs."""

import fcntl
import hashlib
import os
import secrets
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ancora.platform.database.errors import DatabaseError

UNPRIVILEGED = 65534
OURS = Path("/var/lib/ancora-postgres")
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET = 99


@dataclass(frozen=True)
class Place:
    """A folder of our own: `data`, the lock files, the passwords, the log and, where its path is short, the socket."""

    folder: Path
    uid: int
    gid: int

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def passwords(self) -> Path:
        return self.folder / "pgpass"

    @property
    def is_made(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    @property
    def user(self) -> dict:
        """Arguments that make `subprocess` run something as the owner of the data; PostgreSQL refuses root."""
        if os.geteuid() != 0:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def open(self, name: str, flags: int = os.O_RDWR | os.O_CREAT) -> int:
        """A file of ours, private to us; never follows a link that somebody may have put there."""
        descriptor = os.open(self.folder / name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        if os.geteuid() == 0 and os.fstat(descriptor).st_uid != self.uid:
            os.fchown(descriptor, self.uid, self.gid)
        return descriptor

    def write(self, name: str, text: str) -> None:
        """Replaces a private file of ours as a whole: a crash leaves the old one or the new one."""
        descriptor = self.open(name + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(self.folder / (name + ".new"), self.folder / name)

    def make_folder(self, folder: Path) -> None:
        """Makes one folder, ours alone, owned by whoever runs the server."""
        folder.mkdir(mode=0o700, exist_ok=True)
        _own(folder, self.uid, self.gid)

    def enterable(self) -> bool:
        """Whether the server's user can reach the folder; its parents may be closed to everybody but root."""
        return not self.user or can_enter(self.folder, self.user)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Only one process at a time makes or changes what is in the folder."""
        descriptor = self.open("lock")
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def sockets(self) -> Path:
        """The folder of the socket; made, or chosen anew, when it is not there."""
        near = self.folder / "s"
        if len(os.fsencode(near / SOCKET_NAME)) <= LONGEST_SOCKET:
            self.make_folder(near)
            return near
        recorded = self.folder / "SOCKET"
        if recorded.exists() and self._is_ours(folder := Path(recorded.read_text())):
            return folder
        with self.alone():
            folder = self._short_folder()
            self.write("SOCKET", str(folder))
        return folder

    def _short_folder(self) -> Path:
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:10]
        for attempt in range(20):
            # The same for every process, whatever its TMPDIR; made and checked to be ours alone.
            folder = Path("/tmp") / f"ancora-{name}{attempt or ''}"  # noqa: S108
            try:
                folder.mkdir(mode=0o700)
                _own(folder, self.uid, self.gid)
            except FileExistsError:
                pass
            # Anybody may make folders in /tmp: one that is not ours alone is left to its owner.
            if self._is_ours(folder):
                return folder
        raise DatabaseError(
            f"No private folder for the socket could be made in /tmp; {self.folder} has too long a path."
        )

    def _is_ours(self, folder: Path) -> bool:
        try:
            found = folder.lstat()
        except OSError:
            return False
        return stat.S_ISDIR(found.st_mode) and found.st_uid == self.uid and stat.S_IMODE(found.st_mode) == 0o700


def place_of(home: Path) -> Place:
    """The place of a home's database: `home/postgres`, or where its file LOCATION points to.

    As root the server runs as an unprivileged user. Where that user cannot enter the home, because it lies in a
    private folder, the data gets a folder of its own under /var/lib/ancora-postgres: nobody's folder is opened.
    """
    wanted = Path(os.path.realpath(home)) / "postgres"
    try:
        wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _existing(wanted) or _chosen(wanted)
    except PermissionError as error:
        raise DatabaseError(
            f"{error.filename or wanted} belongs to somebody else. Nothing was changed. "
            "Start Ancora as the user that owns it, or name another folder with --home."
        ) from error


def can_enter(folder: Path, user: dict) -> bool:
    tried = subprocess.run(
        ["/bin/sh", "-c", 'cd "$0"', folder], stderr=subprocess.DEVNULL, cwd="/", check=False, **user
    )
    return tried.returncode == 0


def _existing(wanted: Path) -> Place | None:
    folder = wanted
    if (wanted / "LOCATION").exists():
        folder = Path((wanted / "LOCATION").read_text().strip())
        if not folder.is_dir():
            raise DatabaseError(
                f"The data of {wanted.parent} lies in {folder}, which is not there. Nothing was changed. "
                "Mount the disk that holds it, or restore a backup in a new home."
            )
    elif not (wanted / "data" / "PG_VERSION").exists():
        return None
    owner = folder.stat()
    if os.geteuid() not in (0, owner.st_uid):
        raise PermissionError(13, "not the owner", str(folder))
    if owner.st_uid == 0:
        # A copy made by root belongs to root, as whom PostgreSQL does not run.
        return _handed_over(folder)
    return Place(folder, owner.st_uid, owner.st_gid)


def _chosen(wanted: Path) -> Place:
    if os.geteuid() != 0:
        if wanted.stat().st_uid != os.geteuid():
            raise PermissionError(13, "not the owner", str(wanted))
        return Place(wanted, os.geteuid(), os.getegid())
    descriptor = os.open(wanted, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        found = _existing(wanted)
        if found is None:
            found = Place(wanted, UNPRIVILEGED, UNPRIVILEGED)
            if can_enter(wanted.parent, found.user):
                _own(wanted, found.uid, found.gid)
            else:
                found = _elsewhere(wanted)
    finally:
        os.close(descriptor)
    return found


def _handed_over(folder: Path) -> Place:
    place = Place(folder, UNPRIVILEGED, UNPRIVILEGED)
    for parent, folders, files in os.walk(folder, topdown=False):
        for name in folders + files:
            os.chown(os.path.join(parent, name), place.uid, place.gid, follow_symlinks=False)
    _own(folder, place.uid, place.gid)
    return place


def _elsewhere(wanted: Path) -> Place:
    # The random part keeps a home that was deleted and made again from finding the data of the old one.
    name = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:10] + "-" + secrets.token_hex(3)
    place = Place(OURS / name, UNPRIVILEGED, UNPRIVILEGED)
    try:
        own_root(OURS)
        place.make_folder(place.folder)
    except OSError as error:
        raise DatabaseError(
            f"The database cannot live in {wanted}: the unprivileged user it runs as cannot enter it, and {OURS} "
            f"cannot be written ({error.strerror}). Name a home that everybody may enter with --home."
        ) from error
    (wanted / "LOCATION.new").write_text(f"{place.folder}\n")
    (wanted / "LOCATION.new").replace(wanted / "LOCATION")
    return place


def own_root(folder: Path) -> None:
    """Makes a folder that only root may fill and everybody may enter; refuses one that somebody else made."""
    try:
        folder.mkdir()
        folder.chmod(0o755)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
            raise PermissionError(13, "it belongs to somebody else", str(folder)) from None


def _own(folder: Path, uid: int, gid: int) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise DatabaseError(f"{folder} is not a folder. Nothing was changed. Move it away and start again.")
    if os.geteuid() == 0 and found.st_uid != uid:
        os.chown(folder, uid, gid, follow_symlinks=False)
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)
