"""Runs the server of one place while anybody holds it, and stops it after the last holder, however that one ended.

A program of its own, started as `python -I -S keeper.py PLACE UID GID ADOPT COMMAND…` and independent of whoever
started it. Every holder keeps a shared lock on the file `holders`; the kernel lets go of it when a process ends,
also by kill -9. The keeper tries for the exclusive lock: when it gets it, nobody holds the server any more, and
keeping it until the server has stopped makes a newcomer wait. The lock on `keeper` makes it the only one.
It imports next to nothing, to stay at a few megabytes.
"""

import fcntl
import os
import signal
import sys
import time

INTERVAL = 0.5
LARGEST_LOG = 5_000_000
PATIENCE = 90
SIGNALS = (signal.SIGUSR1, signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Keeper:
    """One server: started or adopted, watched, started again when it died, stopped when nobody holds it."""

    def __init__(self, place: str, command: list[str]) -> None:
        self.place, self.command = place, command
        self.data = os.path.join(place, "data")
        self.pid = 0
        self.is_child = False
        self.holders = self.open("holders")
        self.lock = self.open("keeper")
        self.log = self.open("log", os.O_APPEND)

    def open(self, name: str, flags: int = 0) -> int:
        path = os.path.join(self.place, name)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | flags, 0o600)

    def run(self, adopt: bool) -> None:
        if not locked(self.lock):
            answer("busy")
            return
        self.publish(0)
        if adopt and not self.is_ours(self.written_pid()):
            answer("foreign")
        elif not self.start():
            answer("failed")
        else:
            answer("ready")
            self.watch()
            self.stop()

    def watch(self) -> None:
        """Returns when nobody holds the server any more."""
        failures, next_start = 0, 0.0
        while not locked(self.holders):
            came = pause()
            if came in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                # The machine or the service is probably going down, and the holders will leave in a moment.
                next_start = time.monotonic() + 30
            if came == signal.SIGUSR1:
                next_start = 0.0
            if not self.is_alive() and time.monotonic() >= next_start:
                self.tell("The server ended by itself and is started again.")
                failures = 0 if self.start() else failures + 1
                self.publish(failures)
                next_start = time.monotonic() + min(2**failures, 30)
            self.limit_log()

    def start(self) -> bool:
        """Whether the server accepts connections in the end; recovery after a crash may take its time."""
        until = time.monotonic() + PATIENCE
        while True:
            self.adopt_or_spawn()
            mark = os.fstat(self.log).st_size
            while self.is_alive():
                if self.status() == "ready":
                    return True
                time.sleep(0.005)
            self.pid = 0
            # Processes of a killed server may outlive it for a moment; the next one must wait for their end.
            if b"shared memory block" not in os.pread(self.log, 65536, mark) or time.monotonic() > until:
                return False
            self.end_orphans()
            time.sleep(0.1)

    def adopt_or_spawn(self) -> None:
        pid = self.written_pid()
        while self.is_ours(pid) and self.status() == "stopping":
            time.sleep(0.02)
        if self.is_ours(pid):
            self.pid, self.is_child = pid, False
            return
        self.forget(pid)
        quiet = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)]
        output = [(os.POSIX_SPAWN_DUP2, self.log, 1), (os.POSIX_SPAWN_DUP2, self.log, 2)]
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": self.place}
        self.pid = os.posix_spawn(
            self.command[0], self.command, environment, file_actions=quiet + output, setsigmask=[], setpgroup=0
        )
        self.is_child = True

    def stop(self) -> None:
        """Ends all connections and waits until everything is on disk."""
        for number, seconds in ((signal.SIGINT, PATIENCE), (signal.SIGQUIT, 10), (signal.SIGKILL, 5)):
            if not self.is_alive():
                return
            os.kill(self.pid, number)
            until = time.monotonic() + seconds
            while self.is_alive() and time.monotonic() < until:
                time.sleep(0.01)

    def is_alive(self) -> bool:
        if not self.pid:
            return False
        if not self.is_child:
            return self.is_ours(self.pid)
        try:
            ended = os.waitpid(self.pid, os.WNOHANG)[0] == self.pid
        except ChildProcessError:
            ended = True
        if ended:
            self.pid = 0
        return not ended

    def lines(self) -> list[str]:
        try:
            with open(os.path.join(self.data, "postmaster.pid")) as file:
                return file.read().splitlines()
        except (FileNotFoundError, ValueError):
            return []

    def written_pid(self) -> int:
        first = self.lines()[:1]
        return int(first[0]) if first and first[0].isdigit() else 0

    def status(self) -> str:
        lines = self.lines()
        return lines[7].strip() if len(lines) > 7 and lines[0] == str(self.pid or self.written_pid()) else ""

    def is_ours(self, pid: int) -> bool:
        """Whether that number is a living server on our data: after a reboot it may be any other program."""
        if pid <= 1:
            return False
        if not os.path.isdir("/proc/self"):
            return exists(pid)
        try:
            with open(f"/proc/{pid}/comm") as file:
                is_server = file.read().startswith(("postgres", "postmaster"))
            return is_server and os.readlink(f"/proc/{pid}/cwd") == self.data
        except OSError:
            # Gone, a zombie, or somebody else's.
            return False

    def forget(self, pid: int) -> None:
        """Removes the marks of a dead server whose number now belongs to a zombie or to another program."""
        if pid and exists(pid):
            remove(os.path.join(self.data, "postmaster.pid"))
            for option in self.command:
                if option.startswith("unix_socket_directories="):
                    remove(os.path.join(option.partition("=")[2], ".s.PGSQL.5432.lock"))

    def end_orphans(self) -> None:
        for name in os.listdir("/proc") if os.path.isdir("/proc/self") else []:
            if name.isdigit() and self.is_ours(int(name)):
                os.kill(int(name), signal.SIGQUIT)

    def limit_log(self) -> None:
        size = os.fstat(self.log).st_size
        if size > LARGEST_LOG:
            older = self.open("log.1", os.O_TRUNC)
            for offset in range(0, size, 65536):
                os.write(older, os.pread(self.log, 65536, offset))
            os.close(older)
            os.ftruncate(self.log, 0)

    def publish(self, failures: int) -> None:
        """Writes our number, and how often in a row the server could not be started, for the holders to read."""
        os.pwrite(self.lock, b"%-20d %-20d\n" % (os.getpid(), failures), 0)

    def tell(self, text: str) -> None:
        os.write(self.log, time.strftime("%Y-%m-%d %H:%M:%S UTC ", time.gmtime()).encode() + text.encode() + b"\n")


def locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def pause() -> int:
    """Waits a moment, less when a child ended or a leaving holder nudges; the signal that came, or 0."""
    if not hasattr(signal, "sigtimedwait"):
        time.sleep(INTERVAL)
        return 0
    came = signal.sigtimedwait(SIGNALS, INTERVAL)
    return came.si_signo if came else 0


def answer(word: str) -> None:
    """Tells whoever started us how it went, and lets go of the pipe."""
    os.write(1, word.encode())
    nothing = os.open("/dev/null", os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def remove(path: str) -> None:
    if os.path.lexists(path):
        os.unlink(path)


def main(place: str, uid: str, gid: str, adopt: str, *command: str) -> None:
    if os.fork():
        os._exit(0)
    os.chdir("/")
    os.umask(0o077)
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    keeper = Keeper(place, list(command))
    if os.geteuid() == 0:
        for descriptor in (keeper.holders, keeper.lock, keeper.log):
            os.fchown(descriptor, int(uid), int(gid))
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    os.dup2(keeper.log, 2)
    keeper.run(adopt == "adopt")


if __name__ == "__main__":
    main(*sys.argv[1:])
