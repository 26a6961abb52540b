from django.db import models
from django.db.models.expressions import RawSQL

from ancora.conversations.models.account import ChannelAccount
from ancora.conversations.models.mailbox import Mailbox
from ancora.customers.models import Customer
from ancora.parties.models import ThirdParty


class Conversation(models.Model):
    """The thread of messages on one matter; `reference` is the number people quote (#1042).

    `third_party`: it is a side thread, with an outside firm, which the customer never sees.
    `is_example`: there to try the desk with; nothing that is written in it is sent to anybody."""

    reference = models.BigIntegerField(unique=True, db_default=RawSQL("nextval('conversation_reference_seq')", ()))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="+", null=True)
    # The channel on which it began, and its door there when that is no mailbox.
    channel = models.CharField(max_length=16, default="email")
    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="+", null=True, db_index=False)
    subject = models.CharField(max_length=998, blank=True)
    started_at = models.DateTimeField()
    third_party = models.ForeignKey(ThirdParty, models.PROTECT, related_name="+", null=True, db_index=False)
    is_example = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-id"], name="conversation_of_customer"),
            models.Index(
                fields=["account", "-id"], name="conversation_of_account", condition=models.Q(account__isnull=False)
            ),
            models.Index(fields=["id"], name="conversation_example", condition=models.Q(is_example=True)),
        ]

    def __str__(self) -> str:
        return f"#{self.reference}"
