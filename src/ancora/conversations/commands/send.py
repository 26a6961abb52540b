"""One attempt to hand an outgoing message to its channel, a commit between every two steps.

queued → sending (committed) → the adapter knocks (for a mail: connect, MAIL, RCPT) → data begun (committed) → the
adapter hands over (DATA) → what the other side said (committed). A worker that dies before "data begun" leaves a
message that is queued again, one that dies later leaves an *unknown*. Who is alive is known by a session lock of the
database, which ends with its process whatever ends it; `attempts` is the fence: a worker that was taken for dead
cannot begin an attempt that is no longer its own.
"""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from ancora.conversations.channels import NoSuchChannel, adapter_of, contract
from ancora.conversations.channels.contract import Answer, Handover, SendResult
from ancora.conversations.chats.commands.lines import file_lines_of
from ancora.conversations.commands import sending_outcome as outcome
from ancora.conversations.commands.sending_queue import enqueue, ready_recipients, wait
from ancora.conversations.commands.sending_turns import note_server_works, take_turn
from ancora.conversations.commands.take_back import call_off
from ancora.conversations.commands.windows import why_not_now
from ancora.conversations.models import ChannelAccount, Mailbox, Outgoing, OutgoingState, RecipientState, WaitsFor
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
    account: ChannelAccount | None
    key: str
    sender: str
    recipients: tuple[str, ...]
    file: File
    is_fresh: bool

    @property
    def channel(self) -> str:
        return self.account.kind if self.account else "email"


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended: the verdict, what the other side said, and the recipients it is about."""

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
    outgoing = rows.select_related("mailbox", "account", "file", "message").filter(pk=outgoing_id).first()
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
    if words := why_not_now(outgoing):
        outcome.refuse_unasked(outgoing, words)
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
        account=outgoing.account,
        key=outgoing.message.message_id,
        sender=outgoing.message.from_address,
        recipients=tuple(recipients),
        file=outgoing.file,
        is_fresh=is_fresh,
    )


def _is_early(outgoing: Outgoing) -> bool:
    return (outgoing.next_at - clock.now()).total_seconds() > EARLY_SECONDS


def _run(attempt: Attempt) -> None:
    try:
        raw, adapter = read(attempt.file), adapter_of(attempt.channel)
    except OSError as error:
        words = _("The stored mail cannot be read: %(error)s.") % {"error": str(error.strerror or error).rstrip(".")}
        return _settle(attempt, Ending(outcome.put_off, words, attempt.recipients))
    except NoSuchChannel as error:
        words = _("The package of the channel “%(kind)s” is not installed.") % {"kind": error}
        return _settle(attempt, Ending(outcome.put_off_for_server, words, attempt.recipients))
    with ExitStack() as afterwards:
        handover = Handover(
            key=attempt.key,
            content=raw,
            sender=attempt.sender,
            recipients=attempt.recipients,
            works=partial(_note_server_works, attempt),
            begin=partial(_mark_data_begun, attempt),
            afterwards=afterwards.callback,
        )
        try:
            _settle(attempt, _handed_over(attempt, adapter, handover))
        except LostAttempt:
            log.warning("Outgoing %s: another worker took over attempt %s", attempt.outgoing_id, attempt.number)
    return None


def _handed_over(attempt: Attempt, adapter: contract.Adapter, handover: Handover) -> Ending:
    """What the channel makes of it. An error of the database before the data is begun ends it: nothing was sent, and
    the next look puts the message back into the queue."""
    door, begun = attempt.account or attempt.mailbox, []
    begin = handover.begin
    handover = replace(handover, begin=lambda answers: begun.append(begin(answers)))
    try:
        result = adapter.send(door, handover)
    except (OperationalError, InterfaceError, LostAttempt):
        raise
    except KeyChanged:
        words = _(
            "The stored password cannot be read: this installation has another key than the one it was stored "
            "with. Type the password anew."
        )
        return Ending(outcome.leave_unknown if begun else outcome.put_off_for_server, words, attempt.recipients)
    except Exception as error:
        log.exception("Outgoing %s", attempt.outgoing_id)
        verdict = outcome.leave_unknown if begun else outcome.put_off
        return Ending(verdict, f"{type(error).__name__}: {error}", attempt.recipients)
    return Ending(_verdict(result), dict(result.answers) or result.said, result.about or attempt.recipients)


def _verdict(result: SendResult) -> Callable:
    match result.ending:
        case contract.Ending.ACCEPTED:
            return outcome.accept
        case contract.Ending.LATER:
            return partial(outcome.put_off, after=result.after) if result.after else outcome.put_off
        case contract.Ending.AWAY:
            return outcome.put_off_for_server
        case contract.Ending.REFUSED:
            return outcome.refuse_all if result.answers else outcome.refuse
        case _:
            return outcome.leave_unknown


@transaction.atomic(durable=True)
def _note_server_works(attempt: Attempt) -> None:
    if attempt.account is None:
        note_server_works(attempt.mailbox)
    if attempt.is_fresh:
        # From here the days count after which a recipient's server is given up.
        mine = Outgoing.objects.filter(pk=attempt.outgoing_id, attempts=attempt.number)
        mine.update(settled_at=clock.now())


@transaction.atomic(durable=True)
def _mark_data_begun(attempt: Attempt, answers: Mapping[str, Answer]) -> None:
    """From this commit on a crash means *unknown* for those who were not refused before, and only for them."""
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
    rows = Outgoing.objects.select_for_update(of=("self",)).select_related("message", "mailbox", "account")
    outgoing = rows.filter(pk=attempt.outgoing_id, attempts=attempt.number).first()
    if outgoing is None:
        return
    # Somebody who took this worker for dead may have called them unknown, or queued; we know better.
    states = [RecipientState.SENDING, RecipientState.UNKNOWN]
    if ending.verdict is outcome.accept:
        states.append(RecipientState.QUEUED)
    if outgoing.recipients.filter(address__in=ending.about, state__in=states).update(state=RecipientState.SENDING):
        ending.verdict(outgoing, ending.said)
