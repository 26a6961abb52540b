from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancora.conversations.models.account import ChannelAccount
from ancora.conversations.models.mailbox import Mailbox
from ancora.conversations.models.message import Message
from ancora.customers.models import Bounce
from ancora.platform.files.models import File


class OutgoingState(models.TextChoices):
    QUEUED = "queued", _("queued")
    SENDING = "sending", _("being sent")
    ACCEPTED = "accepted", _("sent")
    DELIVERED = "delivered", _("delivered")
    BOUNCED = "bounced", _("bounced")
    FAILED = "failed", _("not sent")
    UNKNOWN = "unknown", _("unknown whether sent")
    TAKEN_BACK = "taken_back", _("taken back")


RecipientState = OutgoingState
# What of several recipients most needs to be seen. A bounce is seen even when another recipient was reached.
_MOST_TELLING = (
    OutgoingState.SENDING,
    OutgoingState.QUEUED,
    OutgoingState.UNKNOWN,
    OutgoingState.BOUNCED,
    OutgoingState.ACCEPTED,
    OutgoingState.DELIVERED,
    OutgoingState.FAILED,
    OutgoingState.TAKEN_BACK,
)


def message_state(states: set[str]) -> OutgoingState:
    """The state of a message whose recipients have these."""
    return next(state for state in _MOST_TELLING if state in states)


class Purpose(models.TextChoices):
    """Why we write."""

    REPLY = "reply"
    NEW = "new"
    FORWARD = "forward"
    ACKNOWLEDGEMENT = "acknowledgement"


class WaitsFor(models.TextChoices):
    """What a queued message waits for, besides the worker: the moment its author chose (until then it can be taken
    back), its turn at the mailbox's rate, an earlier message to the same address, a mailbox that is switched off, its
    server in trouble, a recipient's server that refuses for now."""

    MOMENT = "moment"
    TURN = "turn"
    EARLIER = "earlier"
    MAILBOX = "mailbox"
    SERVER = "server"
    RECIPIENT = "recipient"


# What somebody may have to look at: also one that was sent, but not to everybody.
IN_TROUBLE = Q(is_put_aside=False) & (
    Q(state__in=["queued", "bounced", "failed", "unknown"]) | (Q(state="accepted") & ~Q(error=""))
)


# Longer than anybody waits to undo.
PUT_OFF = timedelta(minutes=1)


class Outgoing(models.Model):
    """A message on its way out: one delivery attempt at a time.

    It leaves by `mailbox`, or by an `account` of another channel that belongs to it.
    `data_begun_at` is committed before the SMTP command DATA: a crash before it leaves the mail queued, a crash
    after it makes it unknown, never a blind second attempt. Recipients of the attempt under way are *sending*.
    `tried_at`: when the last attempt began. `is_put_aside`: a person decided what is true; nothing is to be done.
    `unless_answered`: not sent when somebody answered before its moment. `is_perhaps_there`: an attempt whose end
    nobody knows went before, on a channel where the same key sent twice has effect once.
    """

    message = models.OneToOneField(Message, models.PROTECT, related_name="outgoing")
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="+")
    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="+", null=True, db_index=False)
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=16, choices=Purpose, default=Purpose.REPLY)
    forwards = models.ForeignKey(Message, models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=12, choices=OutgoingState, default=OutgoingState.QUEUED)
    waits_for = models.CharField(max_length=12, choices=WaitsFor, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    data_begun_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")
    is_put_aside = models.BooleanField(default=False)
    unless_answered = models.BooleanField(default=False, db_default=False)
    is_perhaps_there = models.BooleanField(default=False, db_default=False)
    # Made by the browser: the same form posted twice is one mail.
    form_key = models.UUIDField(null=True, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="outgoing_due", condition=Q(state__in=["queued", "sending"])),
            models.Index(fields=["mailbox", "-tried_at"], name="outgoing_tried"),
            models.Index(fields=["mailbox", "-id"], name="outgoing_of_mailbox"),
            models.Index(fields=["-id"], name="outgoing_in_trouble", condition=IN_TROUBLE),
        ]

    def __str__(self) -> str:
        return f"outgoing message {self.message_id}"

    @property
    def is_put_off(self) -> bool:
        """Whether its author chose a later moment, and not only time to undo."""
        return bool(self.message.sent_at and self.message.sent_at > self.message.recorded_at + PUT_OFF)

    def is_held(self, now: datetime) -> bool:
        """Whether it can still be taken back: no worker may begin with it before its moment."""
        return self.state == OutgoingState.QUEUED and self.waits_for == WaitsFor.MOMENT and self.next_at > now


class Recipient(models.Model):
    """One address of an outgoing message, with what became of it there."""

    outgoing = models.ForeignKey(Outgoing, models.CASCADE, related_name="recipients")
    kind = models.CharField(max_length=3, choices=[("to", "To"), ("cc", "Cc"), ("bcc", "Bcc")])
    name = models.CharField(max_length=320, blank=True, default="")
    address = models.CharField(max_length=320)
    state = models.CharField(max_length=12, choices=RecipientState, default=RecipientState.QUEUED)
    answer = models.TextField(blank=True, default="")
    # Of one that bounced, where the report says it.
    bounce = models.CharField(max_length=4, choices=Bounce, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outgoing", "address"], name="recipient_once")]
        indexes = [models.Index(fields=["-outgoing"], name="recipient_bounced", condition=Q(state="bounced"))]

    def __str__(self) -> str:
        return self.address


class Outlet(models.Model):
    """How sending through a mailbox goes. Locked for a moment by whoever takes a turn, so that several workers
    together keep to its rate, and only one of them asks a server that is in trouble (`retry_at` says when again)."""

    mailbox = models.OneToOneField(Mailbox, models.CASCADE, related_name="outlet", primary_key=True)
    failures = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"outlet of mailbox {self.mailbox_id}"
