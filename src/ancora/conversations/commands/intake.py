"""Reads what arrived: duplicate, report, loop, or a message that opens or continues a conversation."""

import logging
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.parsing import ParsedMail, parse
from ancora.conversations.commands import filing
from ancora.conversations.commands.bookmark import bookmark, left_behind
from ancora.conversations.commands.settle import settle_bounce, settle_unknown_by_answer
from ancora.conversations.commands.turns import is_older_being_read
from ancora.conversations.events import ArrivalQuarantined, MessageSighted
from ancora.conversations.identity import content_key, message_key
from ancora.conversations.ladder import Known, ancestors, climb, known_messages
from ancora.conversations.models import Arrival, ArrivalState, Mailbox, Place, Sighting
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish
from ancora.platform.files.store import FileMissing, StorageFull, read

log = logging.getLogger("ancora.intake")
BATCH = 20
# Two workers that meet at the same mail make one of them fail once; it is read again.
MOST_ATTEMPTS = 5
# A worker that dies over a mail takes the whole batch with it: that weighs as much as two failures.
DEATH = 2


@dataclass(frozen=True, slots=True)
class Result:
    """outcome: opened, appended, duplicate, bounce, auto_reply, ignored or quarantined (or pending: to be retried).

    `waits_for`, of a pending one: "room" on the disk or an "older" mail; that is not its fault, and no attempt counts.
    """

    outcome: str
    rung: str = ""
    reason: str = ""
    message_id: int | None = None
    conversation_id: int | None = None
    waits_for: str = ""


def process_pending(limit: int = BATCH) -> int:
    """Read up to `limit` arrivals that nobody else is reading, oldest first; returns how many were taken."""
    for arrival_id in left_behind():
        _count_death(arrival_id)
    with transaction.atomic():
        waiting = list(
            Arrival.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("file", "mailbox")
            .filter(state=ArrivalState.PENDING)
            .order_by("id")[:limit]
        )
        results = _read_each(waiting) if waiting else []
        _note(results)
    return sum(result.outcome != "pending" for _arrival, result in results)


@transaction.atomic
def process_arrival(arrival_id: int) -> Result:
    """Read one arrival now and say what became of it, also when it was read before."""
    arrival = (
        Arrival.objects.select_for_update(of=("self",)).select_related("file", "mailbox").filter(pk=arrival_id).get()
    )
    if arrival.state == ArrivalState.DONE:
        return _result_of(arrival)
    result = _try(arrival)
    _note([(arrival, result)])
    return result


@transaction.atomic
def retry_arrival(arrival_id: int) -> Result:
    """Read a quarantined arrival again, from its original; another failure brings it back there at once."""
    Arrival.objects.filter(pk=arrival_id, state=ArrivalState.QUARANTINED).update(
        state=ArrivalState.PENDING, attempts=MOST_ATTEMPTS - 1, reason=""
    )
    return process_arrival(arrival_id)


def _read_each(waiting: list[Arrival]) -> list[tuple[Arrival, Result]]:
    results = []
    with bookmark() as put:
        for arrival in waiting:
            put(arrival.pk)
            results.append((arrival, _try(arrival)))
    return results


@transaction.atomic
def _count_death(arrival_id: int) -> None:
    """A mail at which workers died so often that it is no chance waits for a person; they go on with the next."""
    waiting = Arrival.objects.select_for_update().filter(pk=arrival_id, state=ArrivalState.PENDING)
    for arrival in waiting:
        log.error("A worker ended while it was reading arrival %s", arrival_id)
        outcome = "pending" if arrival.attempts + DEATH < MOST_ATTEMPTS else "quarantined"
        waiting.update(attempts=F("attempts") + DEATH - 1)
        _note([(arrival, Result(outcome, reason=_("The worker ended while it was reading this mail.")))])


def _try(arrival: Arrival) -> Result:
    """One arrival in a savepoint: its failure is its own, and the next mail is read all the same."""
    try:
        with transaction.atomic():
            return _file_mail(arrival)
    except StorageFull as error:
        log.error("Arrival %s waits: %s", arrival.pk, error)
        return Result("pending", reason=str(error), waits_for="room")
    except OperationalError as error:
        if _is_away(error):
            # The whole batch is undone and read again later.
            raise
        return _failed(arrival, error)
    except Exception as error:
        return _failed(arrival, error)


def _failed(arrival: Arrival, error: Exception) -> Result:
    log.exception("Arrival %s could not be read", arrival.pk)
    reason = error.strerror if isinstance(error, FileMissing) else f"{type(error).__name__}: {error}"
    reason = reason[:2000].replace("\0", "").encode("utf-8", "replace").decode()
    if arrival.attempts + 1 < MOST_ATTEMPTS:
        return Result("pending", reason=reason)
    return Result("quarantined", reason=reason)


def _is_away(error: OperationalError) -> bool:
    """Whether the database is in trouble as a whole: away, full, going down. A limit or a deadlock is the mail's."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(("08", "53", "57P", "58"))


def _result_of(arrival: Arrival) -> Result:
    here = Place.objects.filter(message_id=arrival.message_id, until__isnull=True)
    conversation_id = here.values_list("conversation_id", flat=True).first()
    return Result(arrival.outcome, arrival.rung, arrival.reason, arrival.message_id, conversation_id)


def _file_mail(arrival: Arrival) -> Result:
    raw = read(arrival.file)
    if len(raw) > filing.MOST_BYTES:
        return Result("quarantined", reason=f"The mail has {len(raw) // 1_000_000} MB; more than 50 MB is not read.")
    parsed = parse(raw)
    from_address = parsed.from_.address if parsed.from_ else ""
    own_id = parsed.message_id or f"none:{arrival.file.digest}"
    keys = message_key(own_id), content_key(from_address, parsed.date, parsed.body_digest)
    named = [ancestor for _rung, ancestor in ancestors(parsed.in_reply_to, parsed.references)]
    known = known_messages([own_id, *named])
    mailbox = arrival.mailbox or filing.mailbox_of(parsed)
    if same := [one for one in known if one.message_key == keys[0]]:
        if once_more := next((one for one in same if one.is_ours or one.content_key == keys[1]), None):
            return _seen_before(once_more, mailbox)
        parsed.warnings.append("Another mail has the same Message-ID; both are kept.")
    return _route(arrival, parsed, mailbox, [one for one in known if one.message_key != keys[0]], keys)


def _seen_before(known: Known, mailbox: Mailbox | None) -> Result:
    """The same mail again: a copy of our own, a second mailbox, or plainly twice."""
    if known.is_ours:
        return Result("ignored", "", "our own message", known.message_id, known.conversation_id)
    if mailbox:
        _sighting, is_new = Sighting.objects.get_or_create(
            message_id=known.message_id, mailbox=mailbox, defaults={"seen_at": clock.now()}
        )
        if is_new:
            event = MessageSighted(
                message_id=known.message_id, conversation_id=known.conversation_id, mailbox_id=mailbox.pk
            )
            publish(event, actor=SYSTEM)
    return Result("duplicate", "", "this mail is already here", known.message_id, known.conversation_id)


def _route(arrival: Arrival, parsed: ParsedMail, mailbox, known: list[Known], keys) -> Result:
    if parsed.auto == "loop" or filing.is_our_own_machine(parsed):
        return Result("ignored", "", "it came from this installation: a loop")
    if parsed.auto == "bounce" or parsed.dsn:
        if settled := settle_bounce(parsed):
            return Result("bounce", "in_reply_to", "", settled.message_id, settled.conversation_id)
        return Result("bounce", "", "it names no message of ours")
    if any(one.is_ours for one in known):
        named = [ancestor for _rung, ancestor in ancestors(parsed.in_reply_to, parsed.references)]
        settle_unknown_by_answer(named, by=parsed.from_.address if parsed.from_ else "")
    found = climb(parsed, filing.addresses_of(parsed), known)
    if found.conversation_id is None and _may_follow_one(parsed) and is_older_being_read(arrival.pk):
        return Result("pending", reason=_("It waits for an older mail that is being read."), waits_for="older")
    if parsed.auto == "auto_reply" and found.conversation_id is None and parsed.in_reply_to:
        return Result("ignored", "", "an automatic answer to nothing of ours")
    message_id, conversation_id = filing.file_message(arrival, parsed, mailbox, found, keys)
    if parsed.auto == "auto_reply" and found.conversation_id is not None:
        outcome = "auto_reply"
    else:
        outcome = "opened" if found.conversation_id is None else "appended"
    return Result(outcome, found.rung, "", message_id, conversation_id)


def _may_follow_one(parsed: ParsedMail) -> bool:
    """Whether it names a mail that we do not have, or do not have yet."""
    return bool(parsed.in_reply_to or parsed.references)


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
    failed = int(state != ArrivalState.DONE and not result.waits_for)
    return arrival.pk, str(state), outcome, result.rung, result.reason[:2000], result.message_id, failed
