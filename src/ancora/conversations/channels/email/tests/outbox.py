"""Looking at what became of outgoing messages."""

from django.db import connection

from ancora.conversations.models import Outgoing, Outlet
from ancora.platform import clock

CARLA = ("Carla Riva", "carla@customer.example")
DARIO = ("Dario", "dario@customer.example")


def fate(outgoing: Outgoing) -> tuple[str, dict[str, str]]:
    outgoing = Outgoing.objects.get(pk=outgoing.pk)
    return outgoing.state, {one.address.partition("@")[0]: one.state for one in outgoing.recipients.all()}


def events_of(outgoing: Outgoing) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.type FROM event e JOIN event_object o ON o.event_id = e.id AND o.recorded_at = e.recorded_at"
            " WHERE o.object_type = 'message' AND o.object_id = %s AND e.type <> 'message.queued' ORDER BY e.id",
            [outgoing.message_id],
        )
        return [kind for (kind,) in cursor.fetchall()]


def jobs_for(outgoing: Outgoing) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE args ->> 'outgoing_id' = %s AND status = 'todo'",
            [str(outgoing.pk)],
        )
        return cursor.fetchone()[0]


def is_due(outgoing: Outgoing) -> None:
    Outlet.objects.update(retry_at=None)
    Outgoing.objects.filter(pk=outgoing.pk).update(next_at=clock.now())
