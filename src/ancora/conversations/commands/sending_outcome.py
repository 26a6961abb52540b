"""How an attempt to send ended, written down: per recipient, for the message, and for the record.

Each takes a locked `Outgoing` and must run in a transaction.
"""

from datetime import timedelta

from django.utils.translation import gettext as _

from ancora.conversations.channels.email.smtp import Answer
from ancora.conversations.commands.sending_queue import enqueue, enqueue_those_behind
from ancora.conversations.events import MessageAccepted, MessageFailed, MessageUnknown
from ancora.conversations.models import Outgoing, OutgoingState, Place, Recipient, RecipientState
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish

SHORTEST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=3)
# From what most needs to be seen to what least does.
_TELLING = (
    RecipientState.UNKNOWN,
    RecipientState.BOUNCED,
    RecipientState.DELIVERED,
    RecipientState.ACCEPTED,
    RecipientState.FAILED,
)
_ENDS = {OutgoingState.UNKNOWN: MessageUnknown, OutgoingState.FAILED: MessageFailed}
type Answers = dict[str, Answer]


def accept(outgoing: Outgoing, said: Answer, answers: Answers) -> None:
    """The server answered to the text: those whose RCPT was accepted share that answer."""
    if not said.is_accepted:
        return (refuse if said.is_final else put_off)(outgoing, str(said), answers)
    for recipient in _waiting(outgoing):
        answer = answers[recipient.address]
        if answer.is_accepted:
            _mark(recipient, RecipientState.ACCEPTED, said)
        else:
            _mark(recipient, RecipientState.FAILED if answer.is_final else RecipientState.QUEUED, answer)
    left = [one for one in outgoing.recipients.all() if one.state == RecipientState.QUEUED]
    return put_off(outgoing, left[0].answer) if left else _finish(outgoing)


def put_off(outgoing: Outgoing, said: str, answers: Answers | None = None) -> None:
    """Try later: after a minute, then after as long as it has waited already, at most four hours, for three days."""
    _mark_refused(outgoing, answers or {})
    outgoing.recipients.filter(state=RecipientState.UNKNOWN).update(state=RecipientState.QUEUED)
    if not any(one.state == RecipientState.QUEUED for one in outgoing.recipients.all()):
        return _finish(outgoing, said)
    # Set when a person sent it again: from there the three days count anew.
    waited = clock.now() - (outgoing.settled_at or outgoing.message.recorded_at)
    if waited >= GIVE_UP_AFTER:
        return refuse(outgoing, _("Given up after three days. The last answer: %(answer)s") % {"answer": said})
    outgoing.state, outgoing.error, outgoing.data_begun_at = OutgoingState.QUEUED, said[:2000], None
    outgoing.next_at = clock.now() + min(max(waited, SHORTEST_WAIT), LONGEST_WAIT)
    outgoing.save(update_fields=["state", "error", "data_begun_at", "next_at"])
    enqueue(outgoing)
    return None


def refuse(outgoing: Outgoing, said: str, answers: Answers | None = None) -> None:
    """Refused for good, for all who were still waiting; the server's words are kept."""
    _mark_refused(outgoing, answers or {})
    for recipient in _waiting(outgoing):
        _mark(recipient, RecipientState.FAILED, said)
    _finish(outgoing, said)


def give_up_unknown(outgoing: Outgoing, said: str, answers: Answers | None = None) -> None:
    """Nobody can say whether it was sent: it is never tried again by itself."""
    _mark_refused(outgoing, answers or {})
    for recipient in _waiting(outgoing):
        answer = (answers or {}).get(recipient.address)
        is_certain = answer is not None and not answer.is_accepted
        _mark(recipient, RecipientState.FAILED if is_certain else RecipientState.UNKNOWN, answer or said)
    _finish(outgoing, said)


def _mark_refused(outgoing: Outgoing, answers: Answers) -> None:
    for recipient in _waiting(outgoing):
        answer = answers.get(recipient.address)
        if answer and answer.is_final:
            _mark(recipient, RecipientState.FAILED, answer)


def _waiting(outgoing: Outgoing) -> list[Recipient]:
    """Those still without an end; also the ones that were called unknown while this worker was thought dead."""
    return list(outgoing.recipients.filter(state__in=[RecipientState.QUEUED, RecipientState.UNKNOWN]).order_by("id"))


def _mark(recipient: Recipient, state: str, said: str | Answer) -> None:
    recipient.state, recipient.answer = state, str(said)[:2000]
    recipient.save(update_fields=["state", "answer"])


def state_of(outgoing: Outgoing) -> str:
    """The message's own state: the one of its recipients that most needs to be seen; as it is while one waits."""
    states = set(outgoing.recipients.values_list("state", flat=True))
    if RecipientState.QUEUED in states:
        return outgoing.state
    return next((state for state in _TELLING if state in states), outgoing.state)


def _finish(outgoing: Outgoing, said: str = "") -> None:
    """Nobody is waiting any more. A bounce or an answer may have been quicker than this."""
    outgoing.state, reason = state_of(outgoing), None
    event = _ENDS.get(outgoing.state, MessageAccepted)
    if event is MessageFailed:
        reason = "refused"
    elif event is MessageAccepted and outgoing.recipients.filter(state=RecipientState.FAILED).exists():
        reason = "partly"
    outgoing.settled_at = clock.now()
    outgoing.error = "" if reason is None and event is MessageAccepted else said[:2000]
    outgoing.save(update_fields=["state", "settled_at", "error"])
    conversation_id = Place.objects.values_list("conversation_id", flat=True).get(
        message_id=outgoing.message_id, until__isnull=True
    )
    enqueue_those_behind(outgoing, conversation_id)
    publish(event(message_id=outgoing.message_id, conversation_id=conversation_id, reason=reason), actor=SYSTEM)
