"""Reads what arrived: duplicate, report, loop, or a message that opens or continues a conversation.

Arrivals are read many together, in a number of statements that does not grow with them. When that fails each is read
by itself, so that the failure of one is its own.
"""

import logging
from collections.abc import Callable

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ancora.conversations import excess
from ancora.conversations.channels.email.parsing import parse
from ancora.conversations.commands import filing
from ancora.conversations.commands.bookmark import bookmark, left_behind
from ancora.conversations.commands.channel_reading import read_posted
from ancora.conversations.commands.deciding import Incoming, Result, decide, filed, mailbox_of, shelf_of
from ancora.conversations.commands.turns import Turns
from ancora.conversations.events import ArrivalQuarantined, MessageSighted
from ancora.conversations.models import Arrival, ArrivalState, Place, Sighting
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import Telling, publish, publish_all
from ancora.platform.files.store import FileMissing, StorageFull, read

__all__ = ["MOST_ATTEMPTS", "Result", "process_arrival", "process_pending", "retry_arrival"]

log = logging.getLogger("ancora.intake")
BATCH = 20
# Two workers that meet at the same mail make one of them fail once; it is read again.
MOST_ATTEMPTS = 5
# A worker that dies over a mail takes the whole lot with it: that weighs as much as two failures.
DEATH = 2
type Mark = Callable[[int], None]


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
        results = _read(waiting) if waiting else []
        _note(results)
    return sum(result.outcome != "pending" for _arrival, result in results)


@transaction.atomic
def process_arrival(arrival_id: int, *, is_wanted: bool = False) -> Result:
    """Read one arrival now and say what became of it, also when it was read before; one that a person wants is taken
    in as far as it fits."""
    arrival = (
        Arrival.objects.select_for_update(of=("self",)).select_related("file", "mailbox").filter(pk=arrival_id).get()
    )
    if arrival.state == ArrivalState.DONE:
        return _result_of(arrival)
    result = _try(arrival, is_wanted=is_wanted)
    _note([(arrival, result)])
    return result


@transaction.atomic
def retry_arrival(arrival_id: int) -> Result:
    """Read a quarantined arrival again, from its original, because a person wants it; another failure brings it back
    there at once."""
    Arrival.objects.filter(pk=arrival_id, state=ArrivalState.QUARANTINED).update(
        state=ArrivalState.PENDING, attempts=MOST_ATTEMPTS - 1, reason=""
    )
    return process_arrival(arrival_id, is_wanted=True)


@transaction.atomic
def _count_death(arrival_id: int) -> None:
    """A mail at which workers died so often that it is no chance waits for a person; they go on with the next."""
    waiting = Arrival.objects.select_for_update().filter(pk=arrival_id, state=ArrivalState.PENDING)
    for arrival in waiting:
        log.error("A worker ended while it was reading arrival %s", arrival_id)
        outcome = "pending" if arrival.attempts + DEATH < MOST_ATTEMPTS else "quarantined"
        waiting.update(attempts=F("attempts") + DEATH - 1)
        _note([(arrival, Result(outcome, reason=_("The worker ended while it was reading this mail.")))])


def _read(waiting: list[Arrival]) -> list[tuple[Arrival, Result]]:
    with bookmark() as put:
        if len(waiting) > 1:
            try:
                with transaction.atomic():
                    return _read_together(waiting, put)
            except Exception as error:
                if _is_away(error):
                    raise
                log.warning("One of %s arrivals cannot be read; they are read one by one", len(waiting), exc_info=True)
        return [(arrival, _try(arrival, put)) for arrival in waiting]


def _unmarked(arrival_id: int) -> None:
    """Read at somebody's wish, who sees when it ends."""


def _try(arrival: Arrival, put: Mark = _unmarked, *, is_wanted: bool = False) -> Result:
    """One arrival in a savepoint: its failure is its own, and the next mail is read all the same."""
    try:
        with transaction.atomic():
            return _read_together([arrival], put, is_wanted=is_wanted)[0][1]
    except StorageFull as error:
        log.error("Arrival %s waits: %s", arrival.pk, error)
        return Result("pending", reason=str(error), waits_for="room")
    except Exception as error:
        if _is_away(error):
            # The whole lot is undone and read again later.
            raise
        return _failed(arrival, error)


def _failed(arrival: Arrival, error: Exception) -> Result:
    log.exception("Arrival %s could not be read", arrival.pk)
    reason = error.strerror if isinstance(error, FileMissing) else f"{type(error).__name__}: {error}"
    reason = reason[:2000].replace("\0", "").encode("utf-8", "replace").decode()
    if arrival.attempts + 1 < MOST_ATTEMPTS:
        return Result("pending", reason=reason)
    return Result("quarantined", reason=reason)


def _is_away(error: Exception) -> bool:
    """Whether the database is in trouble as a whole: away, full, going down. A limit or a deadlock is the mail's."""
    state = getattr(error.__cause__, "sqlstate", None)
    return isinstance(error, OperationalError) and (state is None or state.startswith(("08", "53", "57P", "58")))


def _result_of(arrival: Arrival) -> Result:
    here = Place.objects.filter(message_id=arrival.message_id, until__isnull=True)
    conversation_id = here.values_list("conversation_id", flat=True).first()
    return Result(arrival.outcome, arrival.rung, arrival.reason, arrival.message_id, conversation_id)


def _read_together(waiting: list[Arrival], put: Mark, *, is_wanted: bool = False) -> list[tuple[Arrival, Result]]:
    results, mails = {}, []
    for arrival in waiting:
        put(arrival.pk)
        found = read_posted(arrival) if arrival.account_id else _opened(arrival, is_wanted=is_wanted)
        if isinstance(found, Incoming):
            mails.append(found)
        else:
            results[arrival.pk] = found
    results |= _file(mails, Turns(waiting[-1].pk), put)
    return [(arrival, results[arrival.pk]) for arrival in waiting]


def _opened(arrival: Arrival, *, is_wanted: bool) -> Incoming | Result:
    """What the mail says; or that it is beyond a limit, and nobody wants it yet."""
    if not is_wanted and (reason := excess.too_large(arrival.file.size)):
        return Result("quarantined", reason=reason)
    raw = read(arrival.file)
    parsed = parse(raw)
    if not is_wanted and (reason := excess.too_much(raw, parsed)):
        return Result("quarantined", reason=reason)
    return Incoming(arrival, raw, parsed, arrival.mailbox or mailbox_of(parsed))


def _file(mails: list[Incoming], turns: Turns, put: Mark) -> dict[int, Result]:
    """Decide on one mail after the other, as they came, then write all at once."""
    shelf, results, again = shelf_of(mails), {}, []
    ids = filing.Ids(len(mails))
    for mail in mails:
        put(mail.arrival.pk)
        if result := decide(mail, shelf) or _wait(mail, turns):
            results[mail.arrival.pk] = result
            again.append((mail, result))
        else:
            ids.give(mail)
            shelf.put(mail.known)
            results[mail.arrival.pk] = filed(mail)
    put(0)
    filing.file_messages([mail for mail in mails if mail.found])
    for mail, result in again:
        if result.outcome == "duplicate" and mail.mailbox:
            _sight(mail, result)
    return results


def _wait(mail: Incoming, turns: Turns) -> Result | None:
    """An answer to something unknown is put off while what came before it is read: it may be there."""
    if not mail.is_first or not mail.ancestors or not turns.is_older_being_read(mail.arrival.pk):
        return None
    mail.found = None
    return Result("pending", reason=_("It waits for an older mail that is being read."), waits_for="older")


def _sight(mail: Incoming, result: Result) -> None:
    """A message we have arrived at one more mailbox."""
    _sighting, is_new = Sighting.objects.get_or_create(
        message_id=result.message_id, mailbox=mail.mailbox, defaults={"seen_at": clock.now()}
    )
    if is_new:
        event = MessageSighted(
            message_id=result.message_id, conversation_id=result.conversation_id, mailbox_id=mail.mailbox.pk
        )
        publish(event, actor=SYSTEM)


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
    publish_all(
        Telling(ArrivalQuarantined(arrival_id=arrival.pk, mailbox_id=arrival.mailbox_id), SYSTEM)
        for arrival, result in results
        if result.outcome == "quarantined"
    )


def _row(arrival: Arrival, result: Result) -> tuple:
    state = {"pending": ArrivalState.PENDING, "quarantined": ArrivalState.QUARANTINED}.get(
        result.outcome, ArrivalState.DONE
    )
    outcome = "" if result.outcome == "pending" else result.outcome
    failed = int(state != ArrivalState.DONE and not result.waits_for)
    return arrival.pk, str(state), outcome, result.rung, result.reason[:2000], result.message_id, failed
