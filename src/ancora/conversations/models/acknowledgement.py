from django.db import models

from ancora.conversations.models.mailbox import Mailbox
from ancora.conversations.models.message import Message
from ancora.customers.models import Customer


class Withheld(models.TextChoices):
    """Why nobody was told: the customer got one within the hour, or enough today; or the mailbox's hour is used up."""

    CUSTOMER = "customer"
    DAY = "day"
    MAILBOX = "mailbox"


class Acknowledgement(models.Model):
    """What was decided about one received message, once: an acknowledgement left (`message`), or was withheld.
    The budgets are counted here."""

    received = models.OneToOneField(Message, models.PROTECT, related_name="+", primary_key=True)
    message = models.OneToOneField(Message, models.PROTECT, related_name="+", null=True)
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    withheld = models.CharField(max_length=8, choices=Withheld, blank=True, default="")
    decided_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-decided_at"], name="acknowledgement_of_customer"),
            models.Index(fields=["mailbox", "-decided_at"], name="acknowledgement_of_mailbox"),
        ]

    def __str__(self) -> str:
        return f"acknowledgement of message {self.received_id}"
