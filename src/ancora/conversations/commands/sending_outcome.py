"""How an attempt to send ended, written down: per recipient, for the message, and for the record.

Each verdict is about the recipients that are *sending*: those of the attempt that was under way. The others keep
what they have. It takes a locked `Outgoing` and must run in a transaction.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.utils.translation import gettext as _

from ancora.conversations.channels import NoSuchChannel, adapter_of
from ancora.conversations.channels.contract import Answer
from ancora.conversations.commands.sending_queue import (
    call_those_behind,
    conversation_of,
    ready_recipients,
    wait,
)
from ancora.conversations.commands.sending_turns import jittered, note_server_trouble
from ancora.conversations.events import PARTLY, MessageAccepted, MessageBounced, MessageFailed, MessageUnknown
from ancora.conversations.models import Outgoing, OutgoingState, Outlet, RecipientState, WaitsFor, message_state
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish

SHORTEST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=3)
# Our own server can be put right by an administrator, who may be away for some days.
GIVE_UP_ON_OUR_SERVER_AFTER = timedelta(days=7)
_EVENTS = {
    OutgoingState.ACCEPTED: MessageAccepted,
    OutgoingState.DELIVERED: MessageAccepted,
    OutgoingState.UNKNOWN: MessageUnknown,
    OutgoingState.BOUNCED: MessageBounced,
    OutgoingState.FAILED: MessageFailed,
}


def note_refusals(outgoing: Outgoing, answers: Mapping[str, Answer]) -> None:
    """What the server said to each RCPT that it did not accept: for good, or for now."""
    for recipient in outgoing.recipients.filter(state=RecipientState.SENDING):
        answer = answers.get(recipient.address)
        if answer is not None and not answer.is_accepted:
            recipient.state = RecipientState.FAILED if answer.is_final else RecipientState.QUEUED
            recipient.answer = str(answer)[:2000]
            recipient.save(update_fields=["state", "answer"])


def refuse_all(outgoing: Outgoing, answers: dict[str, Answer]) -> None:
    """No RCPT was accepted: each recipient has an answer of their own."""
    note_refusals(outgoing, answers)
    conclude(outgoing, "; ".join(dict.fromkeys(map(str, answers.values()))))


def accept(outgoing: Outgoing, said: str) -> None:
    """The server took the text for those whose RCPT it had accepted."""
    _mark(outgoing, RecipientState.ACCEPTED, said)
    left = outgoing.recipients.filter(state__in=[RecipientState.QUEUED, RecipientState.FAILED]).exclude(answer="")
    conclude(outgoing, "; ".join(dict.fromkeys(left.values_list("answer", flat=True))))


def put_off(outgoing: Outgoing, said: str, *, after: timedelta = timedelta(0)) -> None:
    """Not now: after a minute, then after as long as it has waited already, at most four hours, for three days.
    `after`: the other side does not want to be asked before."""
    _mark(outgoing, RecipientState.QUEUED, said)
    conclude(outgoing, said, after=min(after, LONGEST_WAIT))


def put_off_for_server(outgoing: Outgoing, said: str) -> None:
    """Our own server could not be used: with this message all those of its mailbox wait. An account has no server of
    ours; each of its messages finds out by itself."""
    _mark(outgoing, RecipientState.QUEUED, "")
    if outgoing.account is None:
        note_server_trouble(outgoing.mailbox, said)
    conclude(outgoing, said, reason=WaitsFor.SERVER)


def refuse(outgoing: Outgoing, said: str) -> None:
    """Refused for good; the server's words are kept. What an earlier attempt may have brought there stays unknown."""
    _mark(outgoing, RecipientState.UNKNOWN if outgoing.is_perhaps_there else RecipientState.FAILED, said)
    conclude(outgoing, said)


def refuse_unasked(outgoing: Outgoing, said: str) -> None:
    """Not even tried: it may not be sent any more."""
    outgoing.recipients.filter(state=RecipientState.QUEUED).update(state=RecipientState.SENDING)
    refuse(outgoing, said)


def leave_unknown(outgoing: Outgoing, said: str) -> None:
    """Nobody can say whether it was sent. Where the other side knows its key again it is tried again, and is unknown
    only when that has been given up; else it is never tried again by itself."""
    if not _knows_keys(outgoing):
        _mark(outgoing, RecipientState.UNKNOWN, said)
        conclude(outgoing, said)
        return
    outgoing.is_perhaps_there = True
    outgoing.save(update_fields=["is_perhaps_there"])
    put_off(outgoing, said)


def recover(outgoing: Outgoing) -> None:
    """A message that is *sending* while nobody sends it: its worker died. What is true is written down."""
    if outgoing.data_begun_at is not None:
        leave_unknown(outgoing, "The worker ended while it was handing over the text.")
        return
    _mark(outgoing, RecipientState.QUEUED, "")
    outgoing.state, outgoing.next_at = OutgoingState.QUEUED, clock.now()
    outgoing.save(update_fields=["state", "next_at"])


def conclude(
    outgoing: Outgoing, said: str, *, reason: str = WaitsFor.RECIPIENT, after: timedelta = timedelta(0)
) -> None:
    """The state of the whole message after that of its recipients has changed: it waits on, or has an end."""
    outgoing.error = said[:2000]
    outgoing.save(update_fields=["error"])
    if outgoing.recipients.filter(state=RecipientState.QUEUED).exists():
        if _keep_waiting(outgoing, reason, after):
            call_those_behind(outgoing, conversation_of(outgoing))
            return
        outgoing.error = _words_of_giving_up(reason) % {"answer": said}
        rows = outgoing.recipients.filter(state=RecipientState.QUEUED)
        ended = RecipientState.UNKNOWN if outgoing.is_perhaps_there else RecipientState.FAILED
        rows.update(state=ended, answer=outgoing.error[:2000])
    _finish(outgoing)


def _knows_keys(outgoing: Outgoing) -> bool:
    """Whether the other side takes the same message twice for one."""
    try:
        account = outgoing.account
        return account is not None and adapter_of(account.kind).capabilities(account).is_idempotent
    except NoSuchChannel:
        return False


def _keep_waiting(outgoing: Outgoing, reason: str, after: timedelta) -> bool:
    """Put the message back until its next attempt; False when it has waited long enough."""
    ready, look_again_at = ready_recipients(outgoing)
    if not ready and look_again_at is not None:
        wait(outgoing, WaitsFor.EARLIER, look_again_at)
        return True
    # Set when the recipients' servers were first asked, or a person sent it again: from there the days count, else
    # from the moment that its author chose.
    waited = clock.now() - (outgoing.settled_at or outgoing.message.sent_at or outgoing.message.recorded_at)
    if waited >= _patience(reason):
        return False
    until = clock.now() + max(after, jittered(min(max(waited, SHORTEST_WAIT), LONGEST_WAIT)))
    if reason == WaitsFor.SERVER and outgoing.account is None:
        until = Outlet.objects.values_list("retry_at", flat=True).get(pk=outgoing.mailbox_id)
    wait(outgoing, reason, min(until, look_again_at or until))
    return True


def _patience(reason: str) -> timedelta:
    return GIVE_UP_ON_OUR_SERVER_AFTER if reason == WaitsFor.SERVER else GIVE_UP_AFTER


def _words_of_giving_up(reason: str) -> str:
    if reason == WaitsFor.SERVER:
        return _("Given up after a week. The last answer: %(answer)s")
    return _("Given up after three days. The last answer: %(answer)s")


def _mark(outgoing: Outgoing, state: str, said: str) -> None:
    outgoing.recipients.filter(state=RecipientState.SENDING).update(state=state, answer=said[:2000])


def _finish(outgoing: Outgoing) -> None:
    """The message's own state is the one of its recipients that most needs to be seen, unless somebody got it."""
    states = set(outgoing.recipients.values_list("state", flat=True))
    outgoing.state, outgoing.waits_for, outgoing.settled_at = message_state(states), "", clock.now()
    has_arrived = outgoing.state in (OutgoingState.ACCEPTED, OutgoingState.DELIVERED)
    is_partly = has_arrived and RecipientState.FAILED in states
    if outgoing.state == OutgoingState.ACCEPTED and not is_partly:
        outgoing.error = ""
    outgoing.error = outgoing.error[:2000]
    outgoing.save(update_fields=["state", "waits_for", "settled_at", "error"])
    conversation_id = conversation_of(outgoing)
    call_those_behind(outgoing, conversation_id)
    reason = PARTLY if is_partly else "refused" if outgoing.state == OutgoingState.FAILED else None
    event = _EVENTS[outgoing.state]
    publish(event(message_id=outgoing.message_id, conversation_id=conversation_id, reason=reason), actor=SYSTEM)
