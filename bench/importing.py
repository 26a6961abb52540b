"""The first import of a mailbox with a past: dovecot, the real worker, a pause and a kill on the way, then counting."""

import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from ancora.conversations.channels.email.tests import mail_servers
from ancora.conversations.channels.email.tests.old_mail import lay_old_mail
from ancora.conversations.commands.pausing import pause, resume
from ancora.conversations.models import Fetch, Mailbox
from ancora.platform.accounts.models import User
from bench import filling
from bench.processes import Window, peak_rss_mb

ADDRESS = "support@shop.example"
# Parts of the way after which the import is paused and the worker killed.
PAUSED_AT, KILLED_AT = 0.3, 0.6
STILL_SECONDS = 3
LONGEST_SECONDS = 4 * 60 * 60


def measure(mails: int, home: Path, database: list[int]) -> dict:
    """Import `mails` old mails; the dictionary is what `--json` prints. Needs root and dovecot."""
    filling.set_up()
    with _dovecot() as dovecot:
        lay_old_mail(dovecot, ADDRESS, mails)
        box = _connect(dovecot)
        run = _Run(home, database)
        with run.worker():
            run.until(box, lambda: _done(box) >= mails * PAUSED_AT)
            is_stopped = _pause(box)
            run.until(box, lambda: _done(box) >= mails * KILLED_AT)
        before = _done(box)
        with run.worker():
            run.until(box, lambda: not Fetch.objects.get(pk=box.pk).is_importing and not _waiting())
    lost, doubled = _counted(mails)
    went_on = is_stopped and 0 < before < mails
    return {
        "mails": mails,
        "mails_per_s": round(mails / run.seconds, 1),
        "cpu_ms_per_mail": round(run.cpu * 1000 / mails, 2),
        "max_rss_mb": run.rss_mb,
        "stopped_and_resumed": went_on,
        "lost": lost,
        "doubled": doubled,
        "ok": went_on and lost == 0 and doubled == 0,
    }


class _Run:
    """What the worker took, over all its lives; pauses are not counted."""

    def __init__(self, home: Path, database: list[int]) -> None:
        self._home, self._database = home, database
        self.seconds = self.cpu = 0.0
        self.rss_mb = 0
        self._pid = 0

    @contextmanager
    def worker(self):
        """`ancora work`, killed at the end as the power fails."""
        process = subprocess.Popen([sys.executable, "-m", "ancora", "work", "--home", str(self._home)])
        self._pid = process.pid
        try:
            yield
        finally:
            process.kill()
            process.wait(30)

    def until(self, box: Mailbox, condition) -> None:
        deadline = time.monotonic() + LONGEST_SECONDS
        with Window([self._pid, *self._database]) as window:
            while not condition():
                self.rss_mb = max(self.rss_mb, peak_rss_mb(self._pid))
                if time.monotonic() > deadline:
                    raise SystemExit(f"The import stands still at {_done(box)} mails.")
                time.sleep(0.25)
        self.seconds += window.seconds
        self.cpu += window.cpu


def _connect(dovecot) -> Mailbox:
    Mailbox.objects.all().delete()
    return Mailbox.objects.create(
        name="Support",
        address=ADDRESS,
        old_mail="import",
        imap_host="127.0.0.1",
        imap_port=dovecot.port,
        imap_security="none",
        imap_user=ADDRESS,
        imap_password=mail_servers.PASSWORD,
    )


def _pause(box: Mailbox) -> bool:
    """Pause, see that nothing moves any more, and resume."""
    person = User.objects.first()
    pause(box, "fetching", person=person)
    # The worker looks for changes every few seconds, and finishes what it is storing.
    time.sleep(STILL_SECONDS * 3)
    before = _done(box)
    time.sleep(STILL_SECONDS)
    is_still = _done(box) == before
    resume(box, "fetching", person=person)
    return is_still


def _done(box: Mailbox) -> int:
    return Fetch.objects.filter(pk=box.pk).values_list("old_done", flat=True).first() or 0


def _waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM conversations_arrival WHERE state = 'pending')")
        return cursor.fetchone()[0]


def _counted(mails: int) -> tuple[int, int]:
    """(mails that are no message, messages too many)"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT message_id) FROM conversations_message")
        every, distinct = cursor.fetchone()
    return mails - distinct, every - distinct


@contextmanager
def _dovecot():
    if not Path(mail_servers.DOVECOT).exists():
        raise SystemExit("The import needs dovecot: apt-get install dovecot-imapd dovecot-lmtpd")
    with mail_servers.private_folder() as folder:
        server = mail_servers.Dovecot(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
