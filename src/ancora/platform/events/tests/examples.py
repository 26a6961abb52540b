"""Events and subscribers that only these tests know."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction

from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.event import Code, Event
from ancora.platform.events.publishing import Published, publish
from ancora.platform.events.registry import subscribe

WHEN = datetime(2026, 11, 1, 10, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried(Event):
    """Somebody tried; nobody subscribes."""

    type = "test.tried"
    objects = {"case_id": "case", "other_id": "case"}
    case_id: int = 1
    other_id: int | None = None
    code: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard(Event):
    """Handed to `listener` after commit."""

    type = "test.heard"
    objects = {"case_id": "case"}
    case_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen(Event):
    """Handed to `chooser` for odd cases only."""

    type = "test.chosen"
    objects = {"case_id": "case"}
    case_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Event):
    """Handed to `keeper`, which wants to be alone with odd cases."""

    type = "test.kept"
    objects = {"case_id": "case"}
    case_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered(Event):
    """Handed to `gatherer`, all that are due at once."""

    type = "test.gathered"
    objects = {"case_id": "case"}
    case_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Event):
    """Handed to `companion` in the publisher's transaction."""

    type = "test.joined"
    objects = {"case_id": "case"}
    case_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything(Event):
    """Every kind of attribute there may be."""

    type = "test.everything"
    at: datetime
    on: date | None
    amount: Decimal
    share: float
    key: UUID
    codes: list[Code]
    counts: tuple[int, ...] = ()
    is_so: bool = False
    verb: Code = "changed"


class Listener:
    """What `listener` heard, and what it does with it."""

    def __init__(self):
        self.heard: list[Published] = []
        self.reaction = lambda published: None


ears, company = Listener(), Listener()


@subscribe(Heard)
def listener(published: Published) -> None:
    ears.heard.append(published)
    ears.reaction(published)


@subscribe(Chosen, when=lambda event: event.case_id % 2 == 1)
def chooser(published: Published) -> None:
    ears.heard.append(published)


@subscribe(Kept, alone=lambda events: [event.case_id % 2 == 1 for event in events])
def keeper(published: Published) -> None:
    ears.heard.append(published)
    ears.reaction(published)


@subscribe(Gathered, together=True)
def gatherer(together: list[Published]) -> None:
    ears.heard.append([published.event.case_id for published in together])
    for published in together:
        ears.reaction(published)


@subscribe(Joined, same_transaction=True)
def companion(together: list[Published]) -> None:
    for published in together:
        company.heard.append(published)
        company.reaction(published)


def record(event: Event, **options) -> int | None:
    """Publish in a transaction of its own."""
    with transaction.atomic():
        return publish(event, actor=SYSTEM, **options)


def one(sql: str, *parameters):
    """The first column of the first row."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row = cursor.fetchone()
        return row[0] if row else None
