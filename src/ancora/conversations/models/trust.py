from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancora.conversations.models.conversation import Conversation
from ancora.conversations.models.message import Message
from ancora.customers.models import Customer
from ancora.platform.files.models import File


class BlockKind(models.TextChoices):
    ADDRESS = "address", _("address")
    DOMAIN = "domain", _("whole domain")


class SenderBlock(models.Model):
    """Mail of this address, or of all at this domain, goes to spam until the block is lifted; kept as history."""

    kind = models.CharField(max_length=8, choices=BlockKind)
    value = models.CharField(max_length=320)
    why = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="block_once", condition=Q(lifted_at__isnull=True)),
            models.CheckConstraint(condition=Q(kind__in=BlockKind.values), name="block_kind_known"),
        ]

    def __str__(self) -> str:
        return self.value if self.kind == BlockKind.ADDRESS else f"@{self.value}"


class SenderLink(models.Model):
    """A person said whose mail an unproved one really is: the conversation belongs to `customer` until it is taken
    back, then to `before` again."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="+")
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    before = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation"], name="sender_link_is_one", condition=Q(until__isnull=True))
        ]
        indexes = [models.Index(fields=["message"], name="sender_link_of_message")]

    def __str__(self) -> str:
        return f"message {self.message_id} is of customer {self.customer_id}"


class ImageConsent(models.Model):
    """Images that lie on other servers may be fetched: for one message, or for all of a sender's address."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="+", null=True)
    address = models.CharField(max_length=320, blank=True, default="")
    since = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(message__isnull=False, address="") | (Q(message__isnull=True) & ~Q(address="")),
                name="consent_is_for_one_thing",
            ),
            models.UniqueConstraint(
                fields=["message"], name="consent_for_message_once", condition=Q(until=None, message__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["address"], name="consent_for_sender_once", condition=Q(until=None) & ~Q(address="")
            ),
        ]

    def __str__(self) -> str:
        return self.address or f"images of message {self.message_id}"


class ImageState(models.TextChoices):
    FETCHING = "fetching"
    HERE = "here"
    FAILED = "failed"


class RemoteImage(models.Model):
    """An image of another server, fetched by us once for one message; `address_key` is a digest of its address."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    address_key = models.UUIDField()
    state = models.CharField(max_length=8, choices=ImageState, default=ImageState.FETCHING)
    reason = models.CharField(max_length=16, blank=True, default="")
    file = models.ForeignKey(File, models.PROTECT, related_name="+", null=True)
    content_type = models.CharField(max_length=32, blank=True, default="")
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "address_key"], name="remote_image_once")]

    def __str__(self) -> str:
        return f"image of message {self.message_id}"
