from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancora.conversations.models.mailbox import Mailbox
from ancora.conversations.models.message import Message
from ancora.platform.files.models import File


class OutgoingState(models.TextChoices):
    QUEUED = "queued", _("queued")
    SENDING = "sending", _("being sent")
    ACCEPTED = "accepted", _("sent")
    DELIVERED = "delivered", _("delivered")
    BOUNCED = "bounced", _("bounced")
    FAILED = "failed", _("not sent")
    UNKNOWN = "unknown", _("unknown whether sent")


RecipientState = OutgoingState


class Outgoing(models.Model):
    """A message on its way out: one delivery attempt at a time.

    `data_begun_at` is committed before the SMTP command DATA: a crash before it leaves the mail queued, a crash
    after it makes it unknown, never a blind second attempt.
    """

    message = models.OneToOneField(Message, models.PROTECT, related_name="outgoing")
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="+")
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=OutgoingState, default=OutgoingState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    data_begun_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")
    # Made by the browser: the same form posted twice is one mail.
    form_key = models.UUIDField(null=True, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["mailbox", "-id"], name="outgoing_of_mailbox"),
            models.Index(fields=["next_at"], name="outgoing_due", condition=Q(state__in=["queued", "sending"])),
        ]

    def __str__(self) -> str:
        return f"outgoing message {self.message_id}"


class Recipient(models.Model):
    """One address of an outgoing message, with what became of it there."""

    outgoing = models.ForeignKey(Outgoing, models.CASCADE, related_name="recipients")
    kind = models.CharField(max_length=3, choices=[("to", "To"), ("cc", "Cc"), ("bcc", "Bcc")])
    name = models.CharField(max_length=320, blank=True, default="")
    address = models.CharField(max_length=320)
    state = models.CharField(max_length=12, choices=RecipientState, default=RecipientState.QUEUED)
    answer = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outgoing", "address"], name="recipient_once")]

    def __str__(self) -> str:
        return self.address
