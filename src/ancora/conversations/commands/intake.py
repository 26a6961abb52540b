"""Reads what arrived: duplicate, report, loop, or a message that opens or continues a conversation."""

import logging
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction

from ancora.conversations import excess
from ancora.conversations.channels.email.parsing import ParsedMail, parse
from ancora.conversations.commands import filing
from ancora.conversations.commands.settle import settle_bounce, settle_unknown_by_answer
from ancora.conversations.events import ArrivalQuarantined, MessageSighted
from ancora.conversations.identity import content_key, message_key
from ancora.conversations.judging import judge_mail
from ancora.conversations.ladder import NEW, Known, ancestors, climb, known_messages
from ancora.conversations.models import Arrival, ArrivalState, Mailbox, Sighting
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish
from ancora.platform.files.store import StorageFull, read

log = logging.getLogger("ancora.intake")
BATCH = 20
# Two workers that meet at the same mail make one of them fail once; it is read again.
MOST_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Result:
    """outcome: opened, appended, duplicate, bounce, auto_reply, ignored or quarantined (or pending: to be retried)."""

    outcome: str
    rung: str = ""
    reason: str = ""
    message_id: int | None = None
    conversation_id: int | None = None


def process_pending(limit: int = BATCH) -> int:
    """Read up to `limit` arrivals that nobody else is reading, oldest first; returns how many were taken."""
    with transaction.atomic():
        waiting = list(
            Arrival.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("file", "mailbox")
            .filter(state=ArrivalState.PENDING)
            .order_by("id")[:limit]
        )
        results = [(arrival, _try(arrival)) for arrival in waiting]
        _note(results)
    return sum(result.outcome != "pending" for _, result in results)


@transaction.atomic
def process_arrival(arrival_id: int, *, is_wanted: bool = False) -> Result:
    """Read one arrival now and say what became of it; one that a person wants is taken in as far as it fits."""
    arrival = (
        Arrival.objects.select_for_update(of=("self",)).select_related("file", "mailbox").filter(pk=arrival_id).get()
    )
    result = _try(arrival, is_wanted=is_wanted)
    _note([(arrival, result)])
    return result


@transaction.atomic
def retry_arrival(arrival_id: int) -> Result:
    """Read a quarantined arrival again, from its original, because a person wants it."""
    Arrival.objects.filter(pk=arrival_id, state=ArrivalState.QUARANTINED).update(
        state=ArrivalState.PENDING, attempts=0, reason=""
    )
    return process_arrival(arrival_id, is_wanted=True)


def _try(arrival: Arrival, *, is_wanted: bool = False) -> Result:
    """One arrival in a savepoint: its failure is its own, and the next mail is read all the same."""
    try:
        with transaction.atomic():
            return _file_mail(arrival, is_wanted=is_wanted)
    except StorageFull as error:
        log.error("Arrival %s waits: %s", arrival.pk, error)
        return Result("pending", reason=str(error))
    except OperationalError:
        # The database went away: the whole batch is undone and read again later.
        raise
    except Exception as error:
        return _failed(arrival, error)


def _failed(arrival: Arrival, error: Exception) -> Result:
    log.exception("Arrival %s could not be read", arrival.pk)
    reason = f"{type(error).__name__}: {error}"[:2000].replace("\0", "")
    if arrival.attempts + 1 < MOST_ATTEMPTS:
        return Result("pending", reason=reason)
    return Result("quarantined", reason=reason)


def _file_mail(arrival: Arrival, *, is_wanted: bool) -> Result:
    if not is_wanted and (reason := excess.too_large(arrival.file.size)):
        return Result("quarantined", reason=reason)
    raw = read(arrival.file)
    parsed = parse(raw)
    if not is_wanted and (reason := excess.too_much(raw, parsed)):
        return Result("quarantined", reason=reason)
    from_address = parsed.from_.address if parsed.from_ else ""
    own_id = parsed.message_id or f"none:{arrival.file.digest}"
    keys = message_key(own_id), content_key(from_address, parsed.date, parsed.body_digest)
    named = [ancestor for _, ancestor in ancestors(parsed.in_reply_to, parsed.references)]
    known = known_messages([own_id, *named])
    mailbox = arrival.mailbox or filing.mailbox_of(parsed)
    if same := [one for one in known if one.message_key == keys[0]]:
        if once_more := next((one for one in same if one.is_ours or one.content_key == keys[1]), None):
            return _seen_before(once_more, mailbox)
        parsed.warnings.append("Another mail has the same Message-ID; both are kept.")
    return _route(arrival, raw, parsed, mailbox, [one for one in known if one.message_key != keys[0]], keys)


def _seen_before(known: Known, mailbox: Mailbox | None) -> Result:
    """The same mail again: a copy of our own, a second mailbox, or plainly twice."""
    if known.is_ours:
        return Result("ignored", "", "our own message", known.message_id, known.conversation_id)
    if mailbox:
        _, is_new = Sighting.objects.get_or_create(
            message_id=known.message_id, mailbox=mailbox, defaults={"seen_at": clock.now()}
        )
        if is_new:
            event = MessageSighted(
                message_id=known.message_id, conversation_id=known.conversation_id, mailbox_id=mailbox.pk
            )
            publish(event, actor=SYSTEM)
    return Result("duplicate", "", "this mail is already here", known.message_id, known.conversation_id)


def _route(arrival: Arrival, raw: bytes, parsed: ParsedMail, mailbox, known: list[Known], keys) -> Result:
    if parsed.auto == "loop" or filing.is_from_ourselves(parsed):
        return Result("ignored", "", "it came from this installation: a loop")
    if parsed.auto == "bounce" or parsed.dsn:
        if settled := settle_bounce(parsed):
            return Result("bounce", "in_reply_to", "", settled.message_id, settled.conversation_id)
        return Result("bounce", "", "it names no message of ours")
    if any(one.is_ours for one in known):
        settle_unknown_by_answer([ancestor for _, ancestor in ancestors(parsed.in_reply_to, parsed.references)])
    verdict = judge_mail(raw, parsed, mailbox, is_silent=arrival.is_silent)
    found = (
        NEW if verdict.block_id else climb(parsed, filing.addresses_of(parsed), known, needs_proof=verdict.is_failed)
    )
    if parsed.auto == "auto_reply" and found.conversation_id is None and parsed.in_reply_to:
        return Result("ignored", "", "an automatic answer to nothing of ours")
    message_id, conversation_id = filing.file_message(arrival, parsed, mailbox, found, keys, verdict)
    if parsed.auto == "auto_reply" and found.conversation_id is not None:
        outcome = "auto_reply"
    else:
        outcome = "opened" if found.conversation_id is None else "appended"
    return Result(outcome, found.rung, "", message_id, conversation_id)


_NOTE = """
UPDATE conversations_arrival a SET state = n.state, outcome = n.outcome, rung = n.rung, reason = n.reason,
    message_id = n.message, attempts = a.attempts + n.failed
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::int[])
    AS n(id, state, outcome, rung, reason, message, failed) WHERE a.id = n.id
"""


def _note(results: list[tuple[Arrival, Result]]) -> None:
    """Write down what became of the arrivals, all in one statement."""
    if not results:
        return
    rows = [_row(arrival, result) for arrival, result in results]
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [list(column) for column in zip(*rows, strict=True)])
    for arrival, result in results:
        if result.outcome == "quarantined":
            publish(ArrivalQuarantined(arrival_id=arrival.pk, mailbox_id=arrival.mailbox_id), actor=SYSTEM)


def _row(arrival: Arrival, result: Result) -> tuple:
    state = {"pending": ArrivalState.PENDING, "quarantined": ArrivalState.QUARANTINED}.get(
        result.outcome, ArrivalState.DONE
    )
    outcome = "" if result.outcome == "pending" else result.outcome
    failed = int(state != ArrivalState.DONE)
    return arrival.pk, str(state), outcome, result.rung, result.reason[:2000], result.message_id, failed
