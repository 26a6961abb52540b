from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from ancora.conversations.models.conversation import Conversation
from ancora.conversations.models.mailbox import Mailbox
from ancora.customers.models import Handle
from ancora.platform.files.models import File


class Direction(models.TextChoices):
    IN = "in"
    OUT = "out"


class Message(models.Model):
    """One utterance, inbound or outbound; content is never rewritten.

    `channel` is the one by which it came or went: a conversation goes on over several.
    `message_key` is a 128-bit digest of the Message-ID, `content_key` of (From, Date, body digest): both equal is
    the same mail once more. `text` is the whole visible text, `reply_text` what was newly written.
    `addresses` holds {"to": [[name, address]…], "cc": …, "reply_to": …}, `enclosed` what a mail holds besides words
    (see `conversations.enclosed`); most hold nothing.
    `trust` of a received message is passed, failed or unknown, `trust_reasons` the codes of why; `spam` says who took
    it for spam (border, blocked), and `block` by which block.
    """

    direction = models.CharField(max_length=3, choices=Direction)
    channel = models.CharField(max_length=16, default="email", db_default="email")
    handle = models.ForeignKey(Handle, models.PROTECT, related_name="+", null=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    from_name = models.CharField(max_length=320, blank=True, default="")
    from_address = models.CharField(max_length=320, blank=True, default="")
    addresses = models.JSONField(default=dict)
    subject = models.TextField(blank=True, default="")
    text = models.TextField(blank=True, default="")
    reply_text = models.TextField(blank=True, default="")
    signature = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    enclosed = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    auto = models.CharField(max_length=16, blank=True, default="")
    rung = models.CharField(max_length=16, blank=True, default="")
    warnings = models.JSONField(default=list)
    trust = models.CharField(max_length=8, blank=True, default="", db_default="")
    trust_reasons = models.JSONField(default=list, db_default=[])
    spam = models.CharField(max_length=8, blank=True, default="", db_default="")
    block = models.ForeignKey("conversations.SenderBlock", models.PROTECT, related_name="+", null=True, db_index=False)
    message_id = models.TextField(blank=True, default="")
    message_key = models.UUIDField(null=True)
    content_key = models.UUIDField(null=True)
    references = models.JSONField(default=list)
    sent_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message_key", "content_key"], name="message_once", condition=Q(message_key__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["block"], name="message_of_block", condition=Q(block__isnull=False))]

    def __str__(self) -> str:
        return f"message {self.pk}"


class SearchEntry(models.Model):
    """The searchable words of one message."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="+", primary_key=True)
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="search_words", fastupdate=True)]

    def __str__(self) -> str:
        return f"words of message {self.message_id}"


class Place(models.Model):
    """Where a message belongs: one place is current (`until` is null), former ones stay as history."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="+")
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message"], name="place_is_one", condition=Q(until__isnull=True)),
        ]
        indexes = [
            models.Index(fields=["conversation", "message"], name="place_current", condition=Q(until__isnull=True))
        ]

    def __str__(self) -> str:
        return f"message {self.message_id} in {self.conversation_id}"


class Sighting(models.Model):
    """A message as one mailbox received it: one mail to two mailboxes is one message with two sightings."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="sightings")
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "mailbox"], name="sighting_once")]

    def __str__(self) -> str:
        return f"message {self.message_id} at mailbox {self.mailbox_id}"


class Attachment(models.Model):
    """A file of a message, byte for byte as it was sent; `filename` is shown, never used as a path."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    position = models.PositiveIntegerField()
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    size = models.BigIntegerField()
    is_inline = models.BooleanField(default=False)
    content_id = models.CharField(max_length=255, blank=True, default="")
    # What makes it dangerous to open, as found in its bytes (see `attached.mark_of`).
    mark = models.CharField(max_length=16, blank=True, default="", db_default="")

    class Meta:
        ordering = ["message", "position"]
        constraints = [models.UniqueConstraint(fields=["message", "position"], name="attachment_position_once")]

    def __str__(self) -> str:
        return self.filename
