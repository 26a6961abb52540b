"""Reads what arrived: duplicate, report, loop, or a message that opens or continues a conversation.

Arrivals are read many together, in a number of statements that does not grow with them. When that fails each is read
by itself, so that the failure of one is its own.
"""

import logging

from django.db import OperationalError, connection, transaction

from ancora.conversations.channels.email.parsing import parse
from ancora.conversations.commands import filing
from ancora.conversations.commands.deciding import Incoming, Result, decide, filed, mailbox_of, shelf_of
from ancora.conversations.events import ArrivalQuarantined, MessageSighted
from ancora.conversations.models import Arrival, ArrivalState, Sighting
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import Telling, publish, publish_all
from ancora.platform.files.store import StorageFull, read

__all__ = ["MOST_ATTEMPTS", "Result", "process_arrival", "process_pending", "retry_arrival"]

log = logging.getLogger("ancora.intake")
BATCH = 20
MOST_BYTES = 50_000_000
# Two workers that meet at the same mail make one of them fail once; it is read again.
MOST_ATTEMPTS = 5


def process_pending(limit: int = BATCH) -> int:
    """Read up to `limit` arrivals that nobody else is reading, oldest first; returns how many were taken."""
    with transaction.atomic():
        waiting = list(
            Arrival.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("file", "mailbox")
            .filter(state=ArrivalState.PENDING)
            .order_by("id")[:limit]
        )
        results = _read(waiting)
        _note(results)
    return sum(result.outcome != "pending" for _, result in results)


@transaction.atomic
def process_arrival(arrival_id: int) -> Result:
    """Read one arrival now and say what became of it."""
    arrival = (
        Arrival.objects.select_for_update(of=("self",)).select_related("file", "mailbox").filter(pk=arrival_id).get()
    )
    results = _read([arrival])
    _note(results)
    return results[0][1]


@transaction.atomic
def retry_arrival(arrival_id: int) -> Result:
    """Read a quarantined arrival again, from its original."""
    Arrival.objects.filter(pk=arrival_id, state=ArrivalState.QUARANTINED).update(
        state=ArrivalState.PENDING, attempts=0, reason=""
    )
    return process_arrival(arrival_id)


def _read(waiting: list[Arrival]) -> list[tuple[Arrival, Result]]:
    if len(waiting) > 1:
        try:
            with transaction.atomic():
                return _read_together(waiting)
        except OperationalError:
            raise
        except Exception:
            log.warning("Of %s arrivals one could not be read; they are read one by one", len(waiting), exc_info=True)
    return [(arrival, _try(arrival)) for arrival in waiting]


def _try(arrival: Arrival) -> Result:
    """One arrival in a savepoint: its failure is its own, and the next mail is read all the same."""
    try:
        with transaction.atomic():
            return _read_together([arrival])[0][1]
    except StorageFull as error:
        log.error("Arrival %s waits: %s", arrival.pk, error)
        return Result("pending", reason=str(error))
    except OperationalError:
        # The database went away: everything is undone and read again later.
        raise
    except Exception as error:
        return _failed(arrival, error)


def _failed(arrival: Arrival, error: Exception) -> Result:
    log.exception("Arrival %s could not be read", arrival.pk)
    reason = f"{type(error).__name__}: {error}"[:2000].replace("\0", "")
    if arrival.attempts + 1 < MOST_ATTEMPTS:
        return Result("pending", reason=reason)
    return Result("quarantined", reason=reason)


def _read_together(waiting: list[Arrival]) -> list[tuple[Arrival, Result]]:
    results, mails = {}, []
    for arrival in waiting:
        raw = read(arrival.file)
        if len(raw) > MOST_BYTES:
            reason = f"The mail has {len(raw) // 1_000_000} MB; more than 50 MB is not read."
            results[arrival.pk] = Result("quarantined", reason=reason)
        else:
            parsed = parse(raw)
            mails.append(Incoming(arrival, parsed, arrival.mailbox or mailbox_of(parsed)))
    results |= _file(mails)
    return [(arrival, results[arrival.pk]) for arrival in waiting]


def _file(mails: list[Incoming]) -> dict[int, Result]:
    """Decide on one mail after the other, as they came, then write all at once."""
    shelf, results, again = shelf_of(mails), {}, []
    ids = filing.Ids(len(mails))
    elsewhere = Elsewhere()
    for mail in mails:
        if result := decide(mail, shelf) or elsewhere.wait(mail):
            results[mail.arrival.pk] = result
            again.append((mail, result))
        else:
            ids.give(mail)
            shelf.put(mail.known)
            results[mail.arrival.pk] = filed(mail)
    filing.file_messages([mail for mail in mails if mail.found])
    for mail, result in again:
        if result.outcome == "duplicate" and mail.mailbox:
            _sight(mail, result)
    return results


_ELSEWHERE = """
SELECT id FROM conversations_arrival WHERE state = 'pending' AND id < %(upto)s EXCEPT SELECT id FROM (
    SELECT id FROM conversations_arrival WHERE state = 'pending' AND id < %(upto)s FOR UPDATE SKIP LOCKED) AS free
"""


class Elsewhere:
    """What came earlier and is being read by another worker at this moment."""

    def __init__(self) -> None:
        self._first: int | None = None

    def wait(self, mail: Incoming) -> Result | None:
        """An answer to something unknown is put off while what came before it is read: it may be there."""
        if not mail.is_first or not mail.ancestors or self._earliest(mail.arrival.pk) >= mail.arrival.pk:
            return None
        mail.found = None
        return Result("pending")

    def _earliest(self, upto: int) -> int:
        if self._first is None:
            with connection.cursor() as cursor:
                cursor.execute(_ELSEWHERE, {"upto": upto})
                self._first = min((pk for (pk,) in cursor.fetchall()), default=upto)
        return self._first


def _sight(mail: Incoming, result: Result) -> None:
    """A message we have arrived at one more mailbox."""
    _, is_new = Sighting.objects.get_or_create(
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
    failed = int(bool(result.reason) and state != ArrivalState.DONE)
    return arrival.pk, str(state), outcome, result.rung, result.reason[:2000], result.message_id, failed
