"""The worker killed at every border of its road, and what was left; see `ancora.testing.crashes`."""

# The database, the key and the home of tests: nothing here may reach a real one.
import ancora.testing.environment  # noqa: F401, I001
import django

django.setup()

# ruff: noqa: E402
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from ancora.conversations.channels.email.tests import mail_servers
from ancora.testing.crashes.run import Outcome
from ancora.testing.crashes.stage import set_up
from ancora.testing.crashes.sweep import Kill, points_of, sample, summed, sweep
from ancora.testing.databases import Databases


def measure(size: int | None, seed: int, lanes: int) -> dict:
    """Every point, or `size` of them; each run and what is wrong with it is told on standard error."""
    began = time.monotonic()
    with _stage() as stage:
        every = points_of(stage)
        chosen = every if size is None else sample(every, size, seed)
        told = _Teller(len(chosen))
        outcomes = sweep(stage, chosen, lanes=lanes, tell=told)
    result = {"work": "crashes", "points": len(every), **summed(chosen, outcomes)}
    result["seconds"] = round(time.monotonic() - began, 1)
    return {**result, "ok": not result["findings"]}


class _Teller:
    def __init__(self, total: int) -> None:
        self._total, self._done = total, 0

    def __call__(self, kill: Kill, outcome: Outcome) -> None:
        self._done += 1
        found = [*outcome.lost, *outcome.doubled, *outcome.unexplained]
        how = "; ".join(found) or ("right" if outcome.was_killed else "not reached")
        print(f"{self._done}/{self._total} {kill}: {how}, {outcome.seconds:.1f} s", file=sys.stderr, flush=True)
        if outcome.log:
            print(outcome.log, file=sys.stderr)


@contextmanager
def _stage():
    missing = [one for one in (mail_servers.DOVECOT, mail_servers.POSTFIX) if not Path(one).exists()]
    if missing:
        packages = "apt-get install dovecot-imapd dovecot-lmtpd postfix"
        raise SystemExit(f"This needs {' and '.join(missing)}, as root: {packages}")
    databases = Databases()
    try:
        with _running(mail_servers.Dovecot) as dovecot, _running(mail_servers.Postfix, dovecot.lmtp_port) as postfix:
            with set_up(databases, dovecot, postfix) as stage:
                yield stage
    finally:
        databases.close()


@contextmanager
def _running(kind, *arguments):
    with mail_servers.private_folder() as folder:
        server = kind(folder, *arguments)
        server.start()
        try:
            yield server
        finally:
            server.stop()
