"""What the processes of a run do. Each is forked from one that has loaded everything and touched nothing."""

import asyncio
import os
import signal
import time
from pathlib import Path

from ancora.testing.crashes.road import BILLING, SUPPORT, Place, earlier


def set_the_stage(place: Place) -> str:
    """People, two mailboxes, a conversation with an answer on its way; returns where the customer answers to."""
    _enter(place)
    from ancora.cases.commands import reply_to_case
    from ancora.cases.models import Case
    from ancora.conversations.channels.email.tests.mail_servers import PASSWORD
    from ancora.conversations.commands import process_arrival, receive
    from ancora.conversations.models import Mailbox
    from ancora.conversations.tokens import reply_address
    from ancora.testing.cast import enter

    people = enter()
    server = {"imap_host": "127.0.0.1", "imap_port": place.imap_port, "imap_security": "none"}
    server |= {"imap_password": PASSWORD, "smtp_host": "127.0.0.1", "smtp_security": "none"}
    support = Mailbox.objects.create(name="Support", address=SUPPORT, smtp_port=place.peer_port, **server)
    Mailbox.objects.create(name="Billing", address=BILLING, smtp_port=place.postfix_port, **server)
    process_arrival(receive(earlier().as_bytes(), key="earlier", mailbox=support))
    case = Case.objects.get()
    reply_to_case(case, html="<p>A new one is on its way.</p>", to=[("Carla", earlier()["From"])], author=people.marco)
    return reply_address(SUPPORT, case.reference)


def answer_the_question(place: Place, journal: str) -> None:
    """An agent answers the question at the second mailbox, to two people."""
    _enter(place)
    _watch(place, journal, None)
    from ancora.cases.commands import reply_to_case
    from ancora.cases.models import Case, CaseConversation
    from ancora.conversations.models import Place as MessagePlace
    from ancora.platform.accounts.models import User

    here = MessagePlace.objects.get(message__message_id="question@customer.example", until=None)
    case = Case.objects.get(pk=CaseConversation.objects.get(conversation=here.conversation, until=None).case_id)
    reply_to_case(
        case,
        html="<p>The second one.</p>",
        to=[("", place.at_server("dario@customer.example"))],
        cc=[("", place.at_server("hanna@customer.example"))],
        answers=here.message,
        author=User.objects.get(name="Marco Reale"),
    )


def send_again(place: Place, outgoing_id: int) -> None:
    """A person looks at an unknown message and sends it once more."""
    _enter(place)
    from ancora.conversations.commands.send_again import send_again as again
    from ancora.conversations.models import Outgoing
    from ancora.platform.events.actors import SYSTEM

    again(Outgoing.objects.get(pk=outgoing_id), actor=SYSTEM)


def a_night_passes(place: Place) -> None:
    """What tidies up by night does it, on files that look as old as they will be then."""
    _enter(place)
    from ancora.platform.files.jobs import A_DAY, remove_half_written

    for path in (Path(place.home) / "files").glob("*/.*"):
        os.utime(path, (time.time() - 2 * A_DAY, time.time() - 2 * A_DAY))
    remove_half_written()


def work(place: Place, journal: str, victim) -> None:
    """The real worker, as `ancora work` runs it; killed at `victim` when there is one."""
    _enter(place)
    from ancora.config.worker import work as worker

    _watch(place, journal, victim)

    async def until_told() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        await worker(stop)

    asyncio.run(until_told())


def _watch(place: Place, journal: str, victim) -> None:
    from ancora.testing.crashes.borders import Watch

    peers = {place.imap_port: "imap", place.postfix_port: "smtp", place.peer_port: "smtp"}
    Watch(Path(journal), peers, Path(place.home) / "files", victim).install()


def _enter(place: Place) -> None:
    """This process works on the place of its run, and says what it has to say into its home."""
    from django.conf import settings
    from django.db import connections

    from ancora.platform.database import settings_from

    log = os.open(Path(place.home) / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    settings.ANCORA_HOME = Path(place.home)
    entry = connections.settings["default"]
    entry.update({key: value for key, value in settings_from(place.dsn).items() if key != "OPTIONS"})
