from django.db import models
from django.db.models.expressions import RawSQL

from ancora.conversations.models.mailbox import Mailbox
from ancora.customers.models import Customer


class Conversation(models.Model):
    """The thread of messages on one matter; `reference` is the number people quote (#1042)."""

    reference = models.BigIntegerField(unique=True, db_default=RawSQL("nextval('conversation_reference_seq')", ()))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="+", null=True)
    channel = models.CharField(max_length=16, default="email")
    subject = models.CharField(max_length=998, blank=True)
    started_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["customer", "-id"], name="conversation_of_customer")]

    def __str__(self) -> str:
        return f"#{self.reference}"
