from django.db import models
from django.db.models.expressions import RawSQL


class StoredEvent(models.Model):
    """One thing that happened. Partitioned by month of `recorded_at`; never changed, never deleted."""

    pk = models.CompositePrimaryKey("recorded_at", "id")
    id = models.BigIntegerField(db_default=RawSQL("nextval('event_id_seq')", ()))
    recorded_at = models.DateTimeField(db_default=RawSQL("statement_timestamp()", ()))
    type = models.CharField(max_length=64)
    occurred_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    schema_v = models.SmallIntegerField(db_default=1)
    corrects = models.BigIntegerField(null=True)
    attrs = models.JSONField(default=dict)

    class Meta:
        db_table = "event"

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class EventObject(models.Model):
    """An object that an event is about: (event, object type, object id). Partitioned like the event."""

    pk = models.CompositePrimaryKey("recorded_at", "event_id", "object_type", "object_id", "qualifier")
    recorded_at = models.DateTimeField()
    event_id = models.BigIntegerField()
    object_type = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    qualifier = models.CharField(max_length=32, db_default="")

    class Meta:
        db_table = "event_object"

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}"


class EventSource(models.Model):
    """Makes arrival idempotent: the second event with the same source and key is not recorded."""

    pk = models.CompositePrimaryKey("source", "key")
    source = models.CharField(max_length=32)
    key = models.CharField(max_length=80)
    event_id = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "event_source"

    def __str__(self) -> str:
        return f"{self.source} {self.key}"


class EventOrder(models.Model):
    """The order in which events were committed: the cursor for readers that must not lose one."""

    seq = models.BigAutoField(primary_key=True)
    event_id = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "event_order"

    def __str__(self) -> str:
        return f"{self.seq}: event {self.event_id}"


class EventDelivery(models.Model):
    """An event still to be handled by one subscriber; gone once handled, kept with its error when failed."""

    event_id = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    subscriber = models.CharField(max_length=120)
    attempts = models.PositiveSmallIntegerField(db_default=0)
    next_at = models.DateTimeField(db_default=RawSQL("statement_timestamp()", ()))
    error = models.TextField(db_default="")

    class Meta:
        db_table = "event_delivery"
        indexes = [models.Index(fields=["next_at", "id"], name="event_delivery_due")]

    def __str__(self) -> str:
        return f"event {self.event_id} to {self.subscriber}"
