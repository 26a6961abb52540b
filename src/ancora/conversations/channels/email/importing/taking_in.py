"""Mails of files put through the real intake, a batch at a time: stored with the place that was reached, then read."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.fetching.oversized import stand_in
from ancora.conversations.channels.email.importing.finding import (
    TROUBLES,
    Found,
    Source,
    Wanted,
    in_words,
    opened,
)
from ancora.conversations.channels.email.importing.reading import (
    Read,
    is_left_out,
    mails_of,
    moment_of,
)
from ancora.conversations.channels.email.mail_files import header_of
from ancora.conversations.commands.intake import process_pending
from ancora.conversations.commands.receive import Delivery, receive_all
from ancora.conversations.commands.set_aside import set_aside
from ancora.conversations.models import Arrival, ArrivalState, ImportedFile, Mailbox
from ancora.platform import clock
from ancora.platform.events.dispatcher import dispatch_pending

# Live mail that comes meanwhile never waits behind more than one of these.
MOST_AT_ONCE = 100
MOST_BYTES_AT_ONCE = 16_000_000
FILES_AT_ONCE = 500
# Somebody else may be reading a mail of ours; after so long without a step it is left to them.
PATIENCE_SECONDS = 60
ALREADY, WAITING = "already_here", "waiting"


@dataclass(frozen=True, slots=True)
class Importing:
    """mailbox: where the mails belong · is_silent: nothing is sent for them, and they keep their dates · wanted:
    which folders · stopped: says whether somebody wants it to end · look: hears of every batch, with the bytes of the
    files that are behind it."""

    mailbox: Mailbox
    is_silent: bool
    wanted: Wanted
    stopped: Callable[[], bool]
    look: Callable[[Counter, int], None]


@dataclass(slots=True)
class Place:
    """How far a file is read, and how many mails were met up to there."""

    position: int = 0
    mails: int = 0


@dataclass(slots=True)
class Batch:
    """Mails held in memory, and how far their files are read when they are stored."""

    mails: list[tuple[Source, Read]] = field(default_factory=list)
    places: dict[UUID, Place] = field(default_factory=dict)
    size: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.mails) >= MOST_AT_ONCE or self.size >= MOST_BYTES_AT_ONCE or len(self.places) >= FILES_AT_ONCE


def take_in(files: Iterable[Source], importing: Importing, found: Found) -> Counter:
    """What became of the mails, by outcome. Ends early when it is stopped; what was begun is finished first."""
    outcomes: Counter = Counter()
    batch, behind = Batch(), 0
    for chunk in batched(files, FILES_AT_ONCE):
        known = _known(chunk, importing.mailbox)
        for source in chunk:
            place = known.get(source.mark) or Place()
            outcomes[ALREADY] += place.mails
            for read in _unread(source, place, found):
                if source.is_labelled and is_left_out(header_of(read.raw), importing.wanted.folders):
                    found.left_out += 1
                else:
                    batch.mails.append((source, read))
                    batch.size += len(read.raw)
                place.position, place.mails = read.position, place.mails + 1
                batch.places[source.mark] = place
                if batch.is_full:
                    _finish(batch, importing, outcomes)
                    importing.look(outcomes, behind + _share(source, read.position))
                    batch = Batch()
                if importing.stopped():
                    _finish(batch, importing, outcomes)
                    return outcomes
            behind += source.size
    _finish(batch, importing, outcomes)
    importing.look(outcomes, behind)
    return outcomes


def _known(chunk: Iterable[Source], mailbox: Mailbox) -> dict[UUID, Place]:
    rows = ImportedFile.objects.filter(mailbox=mailbox, mark__in=[source.mark for source in chunk])
    return {row.mark: Place(row.position, row.mails) for row in rows}


def _unread(source: Source, place: Place, found: Found) -> Iterator[Read]:
    """The mails behind the place that was reached before."""
    if source.kind == "mail" and place.position:
        return
    try:
        with opened(source.path) as file:
            yield from mails_of(source, place.position, file)
    except TROUBLES as error:
        found.unreadable.append(in_words(source.path, error))


def _share(source: Source, position: int) -> int:
    """Of a gzipped file the place in what it holds is larger than the file: it counts as all of it."""
    return min(position, source.size) if source.kind == "mbox" else 0


def _finish(batch: Batch, importing: Importing, outcomes: Counter) -> None:
    arrived = _store(batch, importing)
    outcomes[ALREADY] += len(batch.mails) - len(arrived)
    _read(arrived, importing.stopped)
    counted = Arrival.objects.filter(pk__in=arrived).values_list("outcome").annotate(Count("id"))
    for outcome, count in counted:
        outcomes[outcome or WAITING] += count


@transaction.atomic
def _store(batch: Batch, importing: Importing) -> list[int]:
    """Mails and places: all or none. Gives the ids of those that were not here before."""
    now = clock.now()
    arrived = receive_all([_delivery(source, read, importing, now) for source, read in batch.mails])
    for (source, read), arrival_id in zip(batch.mails, arrived, strict=True):
        if read.is_too_large and arrival_id is not None:
            set_aside(arrival_id, mailbox=importing.mailbox, reason=_too_large(source))
    rows = [
        ImportedFile(mailbox=importing.mailbox, mark=mark, position=place.position, mails=place.mails)
        for mark, place in batch.places.items()
    ]
    fields = ["position", "mails"]
    ImportedFile.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["mailbox", "mark"], update_fields=fields
    )
    return [pk for pk in arrived if pk is not None]


def _delivery(source: Source, read: Read, importing: Importing, now: datetime) -> Delivery:
    header = header_of(read.raw)
    return Delivery(
        stand_in(header, _too_large(source)) if read.is_too_large else read.raw,
        key=f"import:{importing.mailbox.pk}:{hashlib.sha256(read.raw).hexdigest()}",
        mailbox=importing.mailbox,
        received_at=moment_of(header, source.moment, now) if importing.is_silent else now,
        is_silent=importing.is_silent,
    )


def _too_large(source: Source) -> str:
    words = _("The mail has more than 50 MB: only its header is here. The whole is in %(file)s.")
    return words % {"file": source.path.name}


def _read(arrived: list[int], stopped: Callable[[], bool]) -> None:
    """Until nothing of it waits any more; a running worker helps."""
    waiting = Arrival.objects.filter(pk__in=arrived, state=ArrivalState.PENDING)
    progress_at = time.monotonic()
    while arrived and waiting.exists():
        if process_pending():
            progress_at = time.monotonic()
        elif stopped() or time.monotonic() - progress_at > PATIENCE_SECONDS:
            return
        else:
            time.sleep(0.05)
        dispatch_pending()
    while arrived and dispatch_pending():
        pass
