"""One attempt to hand an outgoing message to its server, a commit between every two steps.

queued → sending (committed) → connect, MAIL, RCPT → data begun (committed) → DATA → what the server said (committed).
A worker that dies before "data begun" leaves a message that is queued again, one that dies later leaves an
*unknown*. Who is alive is known by a session lock of the database, which ends with its process whatever ends it;
`attempts` is the fence: a worker that was taken for dead cannot begin DATA for an attempt that is no longer its own.
"""

import logging
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.smtp import Account, Answer, NotSent, PerhapsSent, ServerTrouble, Transaction
from ancora.conversations.chats.commands.lines import file_lines_of
from ancora.conversations.commands import sending_outcome as outcome
from ancora.conversations.commands.sending_queue import enqueue, ready_recipients, wait
from ancora.conversations.commands.sending_turns import note_server_works, take_turn
from ancora.conversations.commands.take_back import call_off
from ancora.conversations.models import Mailbox, Outgoing, OutgoingState, RecipientState, WaitsFor
from ancora.platform import clock
from ancora.platform.files.models import File
from ancora.platform.files.store import read
from ancora.platform.keys import KeyChanged

log = logging.getLogger("ancora.sending")
# A job may run a little before its time when two clocks differ.
EARLY_SECONDS = 5
A_MOMENT = timedelta(seconds=1)
# Four minutes: a database that is restarted, or moved to another machine, is back by then.
SETTLE_WAITS = (1, 2, 4, 8, 15, 30, 60, 60, 60)


class LostAttempt(Exception):
    """Another worker took this message over: stop at once, nothing was sent."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """`is_fresh`: until now no recipient's server was asked, or our own one was away."""

    outgoing_id: int
    number: int
    mailbox: Mailbox
    sender: str
    recipients: tuple[str, ...]
    file: File
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended: the verdict, what the server said, and the recipients it is about."""

    verdict: Callable
    said: str | dict[str, Answer]
    about: tuple[str, ...]


def send(outgoing_id: int) -> None:
    """Try once, if the message is due and nobody else is sending it; whatever follows is enqueued."""
    with alive(outgoing_id) as is_mine:
        if not is_mine:
            return
        attempt = _begin(outgoing_id)
        if attempt is not None:
            _run(attempt)


@contextmanager
def alive(outgoing_id: int):
    """Holds the session lock that says a living worker has this message; False when another one does."""
    name = f"ancora-outgoing-{outgoing_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        is_mine = cursor.fetchone()[0]
    try:
        yield is_mine
    finally:
        if is_mine:
            _release(name)


def _release(name: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
    except (OperationalError, InterfaceError):
        # The session is gone, and its locks with it.
        connection.close()


@transaction.atomic(durable=True)
def _begin(outgoing_id: int) -> Attempt | None:
    """Take the message: committed as *sending* before anybody is called. None when it is not to be sent now."""
    rows = Outgoing.objects.select_for_update(skip_locked=True, of=("self",))
    outgoing = rows.select_related("mailbox", "file", "message").filter(pk=outgoing_id).first()
    if outgoing is None:
        return None
    if outgoing.state == OutgoingState.SENDING:
        outcome.recover(outgoing)
    if outgoing.state != OutgoingState.QUEUED or _is_early(outgoing):
        return None
    if outgoing.is_held(clock.now()):
        # Two clocks differ: until this very moment it can be taken back.
        enqueue(outgoing, not_before=clock.now() + A_MOMENT)
        return None
    if call_off(outgoing):
        return None
    recipients, look_again_at = ready_recipients(outgoing)
    if not recipients:
        if look_again_at is None:
            outcome.conclude(outgoing, outgoing.error)
        else:
            wait(outgoing, WaitsFor.EARLIER, look_again_at)
        return None
    if turn := take_turn(outgoing):
        wait(outgoing, turn.reason, turn.until)
        return None
    is_fresh = outgoing.attempts == 0 or outgoing.waits_for in (WaitsFor.SERVER, WaitsFor.MAILBOX)
    outgoing.state, outgoing.waits_for, outgoing.data_begun_at = OutgoingState.SENDING, "", None
    outgoing.tried_at = clock.now()
    outgoing.attempts += 1
    outgoing.save(update_fields=["state", "waits_for", "data_begun_at", "tried_at", "attempts"])
    outgoing.recipients.filter(address__in=recipients).update(state=RecipientState.SENDING)
    if outgoing.attempts == 1:
        # It could be taken back until now.
        file_lines_of([outgoing.message_id])
    return Attempt(
        outgoing_id=outgoing.pk,
        number=outgoing.attempts,
        mailbox=outgoing.mailbox,
        sender=outgoing.message.from_address,
        recipients=tuple(recipients),
        file=outgoing.file,
        is_fresh=is_fresh,
    )


def _is_early(outgoing: Outgoing) -> bool:
    return (outgoing.next_at - clock.now()).total_seconds() > EARLY_SECONDS


def _run(attempt: Attempt) -> None:
    try:
        raw = read(attempt.file)
        account = Account.outgoing_of(attempt.mailbox)
    except OSError as error:
        words = _("The stored mail cannot be read: %(error)s.") % {"error": str(error.strerror or error).rstrip(".")}
        return _settle(attempt, Ending(outcome.put_off, words, attempt.recipients))
    except KeyChanged:
        words = _(
            "The stored password cannot be read: this installation has another key than the one it was stored "
            "with. Type the password anew."
        )
        return _settle(attempt, Ending(outcome.put_off_for_server, words, attempt.recipients))
    smtp = Transaction(account, own_name=attempt.sender.rpartition("@")[2])
    try:
        _settle(attempt, _talk(attempt, smtp, raw))
    except LostAttempt:
        log.warning("Outgoing %s: another worker took over attempt %s", attempt.outgoing_id, attempt.number)
    finally:
        smtp.close()
    return None


def _talk(attempt: Attempt, smtp: Transaction, raw: bytes) -> Ending:
    """The transaction with the server. An error of the database before DATA ends it: nothing was sent, and the next
    look puts the message back into the queue."""
    everybody = attempt.recipients
    try:
        smtp.open()
        _note_server_works(attempt)
        answers = smtp.envelope(attempt.sender, everybody, utf8=_is_utf8(raw))
    except ServerTrouble as error:
        return Ending(outcome.put_off_for_server, str(error), everybody)
    except NotSent as error:
        return Ending(outcome.refuse if error.is_final else outcome.put_off, str(error), everybody)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("Outgoing %s", attempt.outgoing_id)
        return Ending(outcome.put_off, f"{type(error).__name__}: {error}", everybody)
    taken = tuple(address for address, answer in answers.items() if answer.is_accepted)
    if not taken:
        return Ending(outcome.refuse_all, answers, everybody)
    _mark_data_begun(attempt, answers)
    return _hand_over(smtp, raw, taken)


def _hand_over(smtp: Transaction, raw: bytes, taken: tuple[str, ...]) -> Ending:
    """DATA, the text, and what the answer means for those whose RCPT was accepted."""
    try:
        answer = smtp.content(raw)
    except NotSent as error:
        return Ending(outcome.put_off, str(error), taken)
    except PerhapsSent as error:
        return Ending(outcome.give_up_unknown, str(error), taken)
    except Exception as error:
        log.exception("While a text was handed over")
        return Ending(outcome.give_up_unknown, f"{type(error).__name__}: {error}", taken)
    if answer.is_accepted:
        return Ending(outcome.accept, str(answer), taken)
    return Ending(outcome.refuse if answer.is_final else outcome.put_off, str(answer), taken)


@transaction.atomic(durable=True)
def _note_server_works(attempt: Attempt) -> None:
    note_server_works(attempt.mailbox)
    if attempt.is_fresh:
        # From here the days count after which a recipient's server is given up.
        mine = Outgoing.objects.filter(pk=attempt.outgoing_id, attempts=attempt.number)
        mine.update(settled_at=clock.now())


@transaction.atomic(durable=True)
def _mark_data_begun(attempt: Attempt, answers: dict[str, Answer]) -> None:
    """From this commit on a crash means *unknown* for those whose RCPT was accepted, and only for them."""
    mine = Outgoing.objects.select_for_update().filter(pk=attempt.outgoing_id, state=OutgoingState.SENDING)
    outgoing = mine.filter(attempts=attempt.number).first()
    if outgoing is None:
        raise LostAttempt
    outcome.note_refusals(outgoing, answers)
    outgoing.data_begun_at = clock.now()
    outgoing.save(update_fields=["data_begun_at"])


def _settle(attempt: Attempt, ending: Ending) -> None:
    """Write down how it ended; tried again while the database is away, because nobody else knows."""
    for wait_seconds in (*SETTLE_WAITS, None):
        try:
            _write_down(attempt, ending)
            return
        except (OperationalError, InterfaceError):
            if wait_seconds is None:
                raise
            if not connection.is_usable():
                connection.close()
            time.sleep(wait_seconds)


@transaction.atomic(durable=True)
def _write_down(attempt: Attempt, ending: Ending) -> None:
    rows = Outgoing.objects.select_for_update(of=("self",)).select_related("message", "mailbox")
    outgoing = rows.filter(pk=attempt.outgoing_id, attempts=attempt.number).first()
    if outgoing is None:
        return
    # Somebody who took this worker for dead may have called them unknown, or queued; we know better.
    states = [RecipientState.SENDING, RecipientState.UNKNOWN]
    if ending.verdict is outcome.accept:
        states.append(RecipientState.QUEUED)
    if outgoing.recipients.filter(address__in=ending.about, state__in=states).update(state=RecipientState.SENDING):
        ending.verdict(outgoing, ending.said)


def _is_utf8(raw: bytes) -> bool:
    return not raw.partition(b"\r\n\r\n")[0].isascii()
