"""One attempt to hand an outgoing message to its server, a commit between every two steps.

queued → sending (committed) → connect, MAIL, RCPT → data begun (committed) → DATA → what the server said (committed).
A worker that dies before "data begun" leaves a message that is queued again, one that dies later leaves an
*unknown*. Who is alive is known by a session lock of the database, which ends with its process whatever ends it;
`attempts` is the fence: a worker that was taken for dead cannot begin DATA for an attempt that is no longer its own.
"""

import logging
import time
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, connection, transaction

from ancora.conversations.channels.email.smtp import Account, Answer, NotSent, PerhapsSent, Transaction
from ancora.conversations.commands.sending_outcome import accept, give_up_unknown, put_off, refuse
from ancora.conversations.commands.sending_queue import enqueue, moment_of_the_one_before, recover
from ancora.conversations.models import Outgoing, OutgoingState, RecipientState
from ancora.platform import clock
from ancora.platform.files.store import read

log = logging.getLogger("ancora.sending")
# A job may run a little before its time when two clocks differ.
EARLY_SECONDS = 5
SETTLE_WAITS = (1, 2, 4, 8, 15)


class LostAttempt(Exception):
    """Another worker took this message over: stop at once, nothing was sent."""


@dataclass(frozen=True, slots=True)
class Attempt:
    outgoing_id: int
    number: int
    account: Account
    sender: str
    recipients: tuple[str, ...]
    raw: bytes


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
    rows = Outgoing.objects.select_for_update(skip_locked=True, of=("self",)).select_related("mailbox", "file")
    outgoing = rows.filter(pk=outgoing_id).first()
    if outgoing is None:
        return None
    if outgoing.state == OutgoingState.SENDING:
        recover(outgoing)
    if outgoing.state != OutgoingState.QUEUED or _is_early(outgoing) or outgoing.mailbox.sending_paused_at:
        return None
    if before := moment_of_the_one_before(outgoing):
        outgoing.next_at = before
        outgoing.save(update_fields=["next_at"])
        enqueue(outgoing)
        return None
    waiting = outgoing.recipients.filter(state=RecipientState.QUEUED).order_by("id")
    recipients = tuple(waiting.values_list("address", flat=True))
    try:
        raw = read(outgoing.file)
    except OSError as error:
        refuse(outgoing, f"The stored mail cannot be read: {error.strerror or error}.")
        return None
    outgoing.state, outgoing.data_begun_at = OutgoingState.SENDING, None
    outgoing.attempts += 1
    outgoing.save(update_fields=["state", "data_begun_at", "attempts"])
    account = Account.outgoing_of(outgoing.mailbox)
    return Attempt(outgoing.pk, outgoing.attempts, account, outgoing.mailbox.address, recipients, raw)


def _is_early(outgoing: Outgoing) -> bool:
    return (outgoing.next_at - clock.now()).total_seconds() > EARLY_SECONDS


def _run(attempt: Attempt) -> None:
    smtp = Transaction(attempt.account, own_name=attempt.sender.rpartition("@")[2])
    answers: dict[str, Answer] = {}
    begun = False
    try:
        smtp.open()
        answers = smtp.envelope(attempt.sender, attempt.recipients, utf8=_is_utf8(attempt.raw))
        if not any(answer.is_accepted for answer in answers.values()):
            raise NotSent("; ".join(dict.fromkeys(map(str, answers.values()))))
        _mark_data_begun(attempt)
        begun = True
        answer = smtp.content(attempt.raw)
    except LostAttempt:
        log.warning("Outgoing %s: another worker took over attempt %s", attempt.outgoing_id, attempt.number)
    except NotSent as error:
        _settle(attempt, put_off if not error.is_final else refuse, str(error), answers)
    except PerhapsSent as error:
        _settle(attempt, give_up_unknown, str(error), answers)
    except (OperationalError, InterfaceError):
        # The database went away before DATA: nothing was sent, and the next look puts it back into the queue.
        raise
    except Exception as error:
        log.exception("Outgoing %s", attempt.outgoing_id)
        _settle(attempt, give_up_unknown if begun else put_off, f"{type(error).__name__}: {error}", answers)
    else:
        _settle(attempt, accept, answer, answers)
    finally:
        smtp.close()


@transaction.atomic(durable=True)
def _mark_data_begun(attempt: Attempt) -> None:
    """From this commit on a crash means *unknown*."""
    mine = Outgoing.objects.filter(pk=attempt.outgoing_id, state=OutgoingState.SENDING, attempts=attempt.number)
    if not mine.update(data_begun_at=clock.now()):
        raise LostAttempt


def _settle(attempt: Attempt, verdict, said: str | Answer, answers: dict[str, Answer]) -> None:
    """Write down how it ended; tried again while the database is away, because nobody else knows."""
    for wait in (*SETTLE_WAITS, None):
        try:
            _write_down(attempt, verdict, said, answers)
            return
        except (OperationalError, InterfaceError):
            if wait is None:
                raise
            if not connection.is_usable():
                connection.close()
            time.sleep(wait)


@transaction.atomic(durable=True)
def _write_down(attempt: Attempt, verdict, said: str | Answer, answers: dict[str, Answer]) -> None:
    # UNKNOWN too: somebody who took this worker for dead may have written it, and we know better.
    states = [OutgoingState.SENDING, OutgoingState.UNKNOWN]
    rows = Outgoing.objects.select_for_update().filter(pk=attempt.outgoing_id, state__in=states)
    if outgoing := rows.filter(attempts=attempt.number).first():
        verdict(outgoing, said, answers)


def _is_utf8(raw: bytes) -> bool:
    return not raw.partition(b"\r\n\r\n")[0].isascii()
