from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancora.conversations.models.account import ChannelAccount
from ancora.conversations.models.mailbox import Mailbox
from ancora.platform.files.models import File


class ArrivalState(models.TextChoices):
    PENDING = "pending", _("to be read")
    DONE = "done", _("read")
    QUARANTINED = "quarantined", _("in quarantine")


class Kept(models.TextChoices):
    WHOLE = "whole", _("the whole mail")
    HEADER = "header", _("its header")
    NOTHING = "nothing", _("nothing")


class Arrival(models.Model):
    """Something a channel delivered, as it came; committed before it is acknowledged, parsed or routed.

    `key` is unique: the same delivery is stored once. `is_silent`: old mail, for which nothing is ever sent. `kept`:
    how much of the mail is here; where it is not the whole, the file is a stand-in that says why. `account`: of which
    channel's account it is, when it is no mail.
    """

    key = models.CharField(max_length=120, unique=True)
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="+", null=True)
    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="+", null=True, db_index=False)
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    is_silent = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=ArrivalState, default=ArrivalState.PENDING)
    outcome = models.CharField(max_length=16, blank=True, default="")
    rung = models.CharField(max_length=16, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    kept = models.CharField(max_length=8, choices=Kept, default=Kept.WHOLE, db_default=Kept.WHOLE)
    attempts = models.PositiveSmallIntegerField(default=0)
    message = models.ForeignKey("conversations.Message", models.PROTECT, related_name="+", null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="arrival_pending", condition=Q(state="pending")),
            models.Index(fields=["-id"], name="arrival_quarantined", condition=Q(state="quarantined")),
            models.Index(fields=["mailbox", "-id"], name="arrival_of_mailbox"),
            models.Index(fields=["mailbox", "received_at"], name="arrival_by_day"),
            models.Index(fields=["message"], name="arrival_of_message"),
        ]

    def __str__(self) -> str:
        return self.key
