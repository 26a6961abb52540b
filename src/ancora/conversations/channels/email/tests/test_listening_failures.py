"""What a sender was told stays true whatever breaks: each mail is kept once, or still lies with the sender."""

import os
import smtplib
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from email.message import EmailMessage
from functools import partial

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from ancora.conversations.channels.email.listening import listener
from ancora.conversations.channels.email.listening.doors import Door, Rules
from ancora.conversations.channels.email.tests import mail_servers
from ancora.conversations.channels.email.tests.listening_doors import HERE, Lmtp, listen_at, listening
from ancora.conversations.channels.email.tests.living import running, until
from ancora.conversations.commands import process_pending
from ancora.conversations.models import Arrival, Listener, Mailbox, Message

# Dies after so many mails are kept, before the sender hears of the last one.
LISTEN = """
import asyncio, os, signal, sys
import django; django.setup()
from ancora.conversations.channels.email.listening.doors import Door, Rules, networks
from ancora.conversations.channels.email.listening.house import House
from ancora.conversations.channels.email.listening.listener import listen
keep, left = House.keep, int(sys.argv[2])
async def keep_and_die(self, *arguments):
    global left
    answers = await keep(self, *arguments)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return answers
House.keep = keep_and_die
rules = Rules(networks("127.0.0.0/8"), 50_000_000)
asyncio.run(listen((Door.read("lmtp", sys.argv[1]),), rules, asyncio.Event()))
"""


def mail(number: int) -> EmailMessage:
    found = EmailMessage()
    found["From"] = "Carla Riva <carla@customer.example>"
    found["To"] = "support@shop.example"
    found["Subject"] = f"Question {number}"
    found["Message-ID"] = f"<q{number}@customer.example>"
    found["Date"] = "Mon, 05 Oct 2026 10:00:00 +0200"
    found.set_content(f"My coffee arrives cold. {number}\n")
    return found


@pytest.fixture
def shop(cast):
    return Mailbox.objects.create(name="Shop", address="support@shop.example")


@pytest.fixture
def worker(unshared_database, databases, db):
    """`worker(port, dies_after)`: a listener in a process of its own, and what ends it."""
    started = []

    def start(port: int, dies_after: int = 0) -> subprocess.Popen:
        environment = {
            **os.environ,
            "ANCORA_DSN": databases.dsn(db),
            "ANCORA_HOME": str(settings.ANCORA_HOME),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        words = [sys.executable, "-c", LISTEN, f"127.0.0.1:{port}", str(dies_after)]
        started.append(subprocess.Popen(words, env=environment))
        until(lambda: _listens(port), 30)
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:
    try:
        with smtplib.LMTP("127.0.0.1", port, timeout=5):
            return True
    except OSError:
        return False


@contextmanager
def database_away(databases, name: str):
    """Nobody gets in, and who is in is put out."""
    connection.close()
    with psycopg.connect(databases.dsn("postgres"), autocommit=True) as link:
        link.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        link.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            link.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


class Sender(threading.Thread):
    """Hands mails over as a queue does: again and again until it hears 250."""

    def __init__(self, port: int, count: int) -> None:
        super().__init__(daemon=True)
        self._port, self._count = port, count
        self.told, self.refusals = 0, []

    def run(self) -> None:
        for number in range(self._count):
            while not self._told(number):
                time.sleep(0.05)
            self.told += 1

    def _told(self, number: int) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self._port, timeout=20) as smtp:
                smtp.send_message(mail(number), "carla@customer.example", ["support@shop.example"])
        except smtplib.SMTPRecipientsRefused as error:
            self.refusals += [code for code, _words in error.recipients.values()]
        except smtplib.SMTPResponseException as error:
            self.refusals.append(error.smtp_code)
        else:
            return True
        return False


def test_database_away_in_the_middle_lets_the_sender_keep_its_mail(shop, databases, db):
    with listening() as port:
        sender = Sender(port, 30)
        sender.start()
        until(lambda: sender.told >= 8)
        with database_away(databases, db):
            until(lambda: len(sender.refusals) >= 3)
            told = sender.told
        sender.join(30)
        assert not sender.is_alive()
    assert told < 30
    assert set(sender.refusals) == {451}
    assert Arrival.objects.count() == 30
    while process_pending():
        pass
    assert Message.objects.count() == 30


def test_listener_starts_before_the_database_and_says_so_to_senders(shop, databases, db):
    with listening() as port, database_away(databases, db), smtplib.SMTP("127.0.0.1", port, timeout=20) as smtp:
        smtp.ehlo()
        smtp.mail("carla@customer.example")
        assert smtp.rcpt("support@shop.example") == (451, b"4.3.0 The database does not answer here, try again later")


@pytest.fixture
def full_disk(tmp_path, settings):
    """A home whose files lie on a disk of 256 kB."""
    home = tmp_path / "small"
    home.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(home)], check=False)
    if done.returncode:
        pytest.skip("a small disk can only be mounted as root")
    settings.ANCORA_HOME = home
    yield home
    subprocess.run(["umount", "-l", str(home)], check=True)


@pytest.mark.parametrize("size", [400_000, 3_000_000])
def test_disk_full_lets_the_sender_keep_its_mail(shop, full_disk, size):
    """Whether it is noticed when the mail is kept, or already while a large one comes in."""
    big = b"Subject: big\r\n\r\n" + b"x" * size
    with listening() as port:
        with pytest.raises(smtplib.SMTPDataError) as refused, smtplib.SMTP("127.0.0.1", port, timeout=20) as smtp:
            smtp.sendmail("carla@customer.example", ["support@shop.example"], big)
        assert refused.value.smtp_code == 452
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as smtp:
            smtp.send_message(mail(1), "carla@customer.example", ["support@shop.example"])
    assert Arrival.objects.count() == 1


def test_second_worker_takes_over_when_the_first_one_ends(shop, monkeypatch):
    monkeypatch.setattr(listener, "RETRY_SECONDS", 0.1)
    with listening() as port:
        place = f"127.0.0.1:{port}"
        second = listening(place=place)
        second.__enter__()
        assert Listener.objects.get().error == ""
    try:
        until(lambda: Listener.objects.filter(address=place, error="").exists())
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as smtp:
            smtp.send_message(mail(1), "carla@customer.example", ["support@shop.example"])
    finally:
        second.__exit__(None, None, None)
    assert Arrival.objects.count() == 1


def test_place_that_is_taken_is_shown_as_trouble(shop):
    with socket.create_server(("127.0.0.1", 0)) as other:
        door = Door.read("smtp", f"127.0.0.1:{other.getsockname()[1]}")
        with running(partial(listen_at, door, Rules(HERE, 50_000_000))):
            shown = until(lambda: Listener.objects.first())
    assert (shown.address, shown.error) == (str(door), "Address already in use")


def test_worker_killed_between_keeping_and_answering_keeps_the_mail_once(shop, worker):
    port = mail_servers.free_port()
    process = worker(port, 1)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        Lmtp("127.0.0.1", port).deliver("carla@customer.example", ["support@shop.example"], mail(1).as_bytes())
    process.wait(10)
    assert Arrival.objects.count() == 1
    worker(port)
    with Lmtp("127.0.0.1", port) as lmtp:
        answers = lmtp.deliver("carla@customer.example", ["support@shop.example"], mail(1).as_bytes())
    assert answers == [250]
    assert Arrival.objects.count() == 1


class RoutingPostfix(mail_servers.Postfix):
    """A mail server that hands everything for our domains to the listener."""

    def flush(self) -> None:
        subprocess.run(["/usr/sbin/postqueue", "-c", str(self.conf), "-f"], check=True)

    def waiting(self) -> int:
        done = subprocess.run(
            ["/usr/sbin/postqueue", "-c", str(self.conf), "-j"], capture_output=True, text=True, check=True
        )
        return len(done.stdout.splitlines())


@pytest.fixture
def routing_postfix():
    mail_servers.require(mail_servers.POSTFIX)
    with mail_servers.private_folder() as folder:
        server = RoutingPostfix(folder, mail_servers.free_port())
        server.start()
        yield server
        server.stop()


def test_postfix_routes_to_a_worker_that_is_killed_again_and_again_and_each_mail_is_one_message(
    shop, worker, routing_postfix
):
    port = int((routing_postfix.conf / "main.cf").read_text().partition("lmtp:inet:127.0.0.1:")[2].split()[0])
    for number in range(20):
        routing_postfix.send(mail(number), to="support@shop.example")
    assert routing_postfix.waiting() == 20
    for dies_after in (1, 3, 4, 0):
        process = worker(port, dies_after)
        routing_postfix.flush()
        if dies_after:
            process.wait(30)
    until(lambda: routing_postfix.waiting() == 0 or routing_postfix.flush(), 60)
    assert set(Arrival.objects.values_list("mailbox", flat=True)) == {shop.pk}
    assert Arrival.objects.count() == 20
    while process_pending():
        pass
    assert sorted(Message.objects.values_list("subject", flat=True)) == sorted(f"Question {n}" for n in range(20))


def test_postfix_keeps_what_the_listener_refuses_for_now_and_bounces_what_it_refuses_for_good(shop, routing_postfix):
    port = int((routing_postfix.conf / "main.cf").read_text().partition("lmtp:inet:127.0.0.1:")[2].split()[0])
    with listening("lmtp", place=f"127.0.0.1:{port}"):
        routing_postfix.send(mail(1), to="support@shop.example")
        routing_postfix.send(mail(2), to="nobody@shop.example", sender="support@shop.example")
        until(lambda: Arrival.objects.count() == 2)
    process_pending()
    assert sorted(Arrival.objects.values_list("outcome", flat=True)) == ["bounce", "opened"]
