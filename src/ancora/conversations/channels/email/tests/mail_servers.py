"""Private dovecot and postfix on loopback: own folders, own ports, ended by their own process ids.

Everybody at shop.example and customer.example has a mailbox, with the password `secret`; `noplus@shop.example` takes
no plus addresses; mail to away.example goes to `remote_port`, where a test may put a peer.
"""

import imaplib
import os
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path

import pytest

PASSWORD = "secret"
DOMAINS = "shop.example, customer.example"
DOVECOT, POSTFIX = "/usr/sbin/dovecot", "/usr/sbin/postfix"
# `nobody` on every Debian: who owns the mail.
OWNER = 65534
DOVECOT_CONF = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
listen = 127.0.0.1
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 1 secs
first_valid_uid = 1
mail_location = maildir:~/Maildir
recipient_delimiter = +
auth_username_format = %Lu
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner} home={folder}/mail/%u allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
}}
service stats {{
  unix_listener stats-reader {{
    mode = 0600
  }}
}}
"""
MAIN_CF = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
myhostname = mx.shop.example
mydestination =
virtual_mailbox_domains = {domains}
virtual_mailbox_maps = static:ok
virtual_transport = lmtp:inet:127.0.0.1:{lmtp_port}
recipient_delimiter = +
transport_maps = inline:{{ {{ away.example = smtp:[127.0.0.1]:{remote_port} }} }}
default_transport = error:nobody is there
smtpd_recipient_restrictions = check_recipient_access regexp:{folder}/conf/access, permit_mynetworks, reject
smtpd_peername_lookup = no
smtp_host_lookup = native
disable_dns_lookups = yes
alias_maps =
alias_database =
local_recipient_maps =
message_size_limit = 100000000
mailbox_size_limit = 0
bounce_queue_lifetime = 1h
"""
MASTER_CF = """
{smtp_port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Dovecot:
    """IMAP on `port`, LMTP on `lmtp_port`; `stop` and `start` as a restart of the machine would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.lmtp_port = free_port(), free_port()
        (folder / "mail").mkdir()
        os.chown(folder / "mail", OWNER, OWNER)
        words = {"folder": folder, "imap_port": self.port, "lmtp_port": self.lmtp_port}
        conf = DOVECOT_CONF.format(password=PASSWORD, owner=OWNER, **words)
        (folder / "dovecot.conf").write_text(conf)
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        log = open(self.folder / "dovecot.out", "a")  # noqa: SIM115
        conf = str(self.folder / "dovecot.conf")
        self._process = subprocess.Popen([DOVECOT, "-F", "-c", conf], stdout=log, stderr=log, start_new_session=True)
        log.close()
        wait_for_port(self.port, self.folder / "dovecot.log")

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(15)
            # Sessions in IDLE outlive their master by some seconds.
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process = None

    def maildir(self, address: str) -> Path:
        return self.folder / "mail" / address / "Maildir"

    @contextmanager
    def session(self, address: str, folder: str = "INBOX"):
        """A plain IMAP session, as the mail program of `address` has one."""
        imap = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        try:
            imap.login(address, PASSWORD)
            imap.select(folder)
            yield imap
        finally:
            imap.logout()

    def put(self, address: str, *mails: EmailMessage | bytes, at: float | None = None) -> None:
        """Lay mails into the INBOX as if they had arrived at the moment `at`."""
        with self.session(address) as imap:
            for mail in mails:
                raw = mail if isinstance(mail, bytes) else mail.as_bytes()
                moment = imaplib.Time2Internaldate(at or time.time())
                status, answer = imap.append("INBOX", "", moment, raw)
                assert status == "OK", answer

    def inbox(self, address: str) -> list[tuple[bytes, bytes]]:
        """(flags line, raw) of everything in the INBOX."""
        with self.session(address) as imap:
            numbers = imap.search(None, "ALL")[1][0].split()
            return [imap.fetch(number, "(FLAGS BODY.PEEK[])")[1][0] for number in numbers]


class Postfix:
    """SMTP on `port`, handing everything for our domains to dovecot."""

    def __init__(self, folder: Path, lmtp_port: int) -> None:
        self.folder, self.conf = folder, folder / "conf"
        self.port, self.remote_port = free_port(), free_port()
        for name in ("conf", "queue", "data"):
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix", "postfix")
        words = {"folder": folder, "lmtp_port": lmtp_port, "remote_port": self.remote_port, "domains": DOMAINS}
        (self.conf / "main.cf").write_text(MAIN_CF.format(**words))
        (self.conf / "master.cf").write_text(MASTER_CF.format(smtp_port=self.port))
        (self.conf / "access").write_text("/^noplus\\+.*@/ 550 5.1.1 no such mailbox\n")

    def start(self) -> None:
        done = subprocess.run([POSTFIX, "-c", str(self.conf), "start"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        wait_for_port(self.port, self.folder / "postfix.log")

    def stop(self) -> None:
        subprocess.run([POSTFIX, "-c", str(self.conf), "stop"], capture_output=True, check=False)

    def send(self, mail: EmailMessage, *, to: str, sender: str = "carla@customer.example") -> None:
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as smtp:
            smtp.send_message(mail, sender, [to])


def free_port() -> int:
    with socket.socket() as link:
        link.bind(("127.0.0.1", 0))
        return link.getsockname()[1]


def wait_for_port(port: int, log: Path, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as link:
            if link.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    words = log.read_text()[-2000:] if log.exists() else "no log"
    raise RuntimeError(f"Nothing listens on port {port}:\n{words}")


@contextmanager
def private_folder():
    folder = Path(tempfile.mkdtemp(prefix="ancora-mail-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def require(*programs: str) -> None:
    """Skips, saying what is missing."""
    missing = [Path(one).name for one in programs if not Path(one).exists()]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (apt-get install dovecot-imapd dovecot-lmtpd postfix)")
    if os.geteuid() != 0:
        pytest.skip("private mail servers can only be started as root")
