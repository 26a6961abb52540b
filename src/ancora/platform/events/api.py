"""The record of events, for programs that must not miss one."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Query, Router, Schema

from ancora.platform.events.queries import Recorded, events_after
from ancora.platform.http.programs import LARGEST_ID, PROBLEMS, lead_of

router = Router(tags=["events"])


class ObjectOut(Schema):
    """An object the event is about, and its part in it: for example `owner_id`, a `user`."""

    field: str
    type: str
    id: int


class EventOut(Schema):
    """Ids, codes, numbers and times only; `actor_id` is a person's, customer's or rule's (`bot`), by `actor_kind`."""

    seq: int
    id: int
    type: str
    occurred_at: datetime
    recorded_at: datetime
    actor_kind: str
    actor_id: int | None
    attributes: dict[str, Any]
    objects: list[ObjectOut]


class EventsOut(Schema):
    """`next` is the `after` of the next call, also when there is nothing new yet."""

    events: list[EventOut]
    next: int


class EventsQuery(Schema):
    """`after`: 0 begins with the first event there is."""

    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 200


@router.get("", response={200: EventsOut, **PROBLEMS}, summary="What happened, in the order it was committed")
def list_events(request, query: Query[EventsQuery]):
    """Call again with `after` = `next`: no event is ever missed or given twice. For leads and administrators."""
    lead_of(request)
    found = events_after(query.after, most=query.limit)
    return EventsOut(events=[_shown(event) for event in found], next=found[-1].seq if found else query.after)


def _shown(event: Recorded) -> EventOut:
    return EventOut(
        seq=event.seq,
        id=event.id,
        type=event.type,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        actor_kind=event.actor_kind,
        actor_id=event.actor_id,
        attributes=event.attrs,
        objects=[ObjectOut(field=field, type=kind, id=pk) for field, kind, pk in event.objects],
    )
