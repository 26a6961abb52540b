from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancora.conversations.models.account import ChannelAccount
from ancora.conversations.models.conversation import Conversation
from ancora.conversations.models.message import Direction, Message
from ancora.customers.models import Handle


class ChatVisitor(models.Model):
    """A browser that chats with us through one account. Its token, made by the browser, is never stored.

    `email` is as it was typed, normalised: it proves nothing, and no customer is found by it. `conversation`: the one
    that goes on. `handle` is the browser itself, or the account at the website when that said who it is.
    """

    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="+", db_index=False)
    token_digest = models.CharField(max_length=64, unique=True)
    handle = models.ForeignKey(Handle, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, blank=True, default="")
    email = models.CharField(max_length=320, blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="+", null=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    blocked_at = models.DateTimeField(null=True)
    blocked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["-blocked_at"], name="chat_visitor_blocked", condition=Q(blocked_at__isnull=False))
        ]

    def __str__(self) -> str:
        return self.name or f"visitor {self.pk}"


class DeviceLink(models.Model):
    """By this a visitor goes on at another device too, once: the newest one alone, whose text is never stored."""

    visitor = models.OneToOneField(ChatVisitor, models.PROTECT, related_name="+", primary_key=True)
    digest = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"link of visitor {self.visitor_id}"


class ChatLine(models.Model):
    """A message as its conversation's chat counts it. `client_key`: made by who wrote it in the chat. `mailed_at`: when
    a line of ours that was not read was put into a mail."""

    message = models.OneToOneField(Message, models.PROTECT, related_name="+", primary_key=True)
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    direction = models.CharField(max_length=3, choices=Direction)
    client_key = models.UUIDField(null=True)
    at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "number"], name="chat_line_number_once"),
            models.UniqueConstraint(
                fields=["conversation", "client_key"], name="chat_line_once", condition=Q(client_key__isnull=False)
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="chat_line_counts_from_one"),
        ]
        indexes = [
            models.Index(fields=["conversation", "number"], name="chat_line_unread", condition=Q(read_at__isnull=True)),
            models.Index(
                fields=["at"],
                name="chat_line_to_mail",
                condition=Q(direction="out", mailed_at__isnull=True, read_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.number} of {self.conversation_id}"


class Ending(models.TextChoices):
    """Who ended a contact."""

    CUSTOMER = "customer", _("the customer")
    AGENT = "agent", _("one of us")
    PARKED = "parked", _("one of us, who goes on by e-mail")
    SILENCE = "silence", _("nobody wrote any more")


class Contact(models.Model):
    """One session: it begins with a line of the visitor and ends once. `answered_at`: when one of us first wrote;
    one that ended before was abandoned. `here_at`: when a page of the visitor was last known to be open, None while
    that was never known; `gone_at`: the same once it is open no more."""

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="+", db_index=False)
    visitor = models.ForeignKey(ChatVisitor, models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=16)
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False
    )
    here_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=12, choices=Ending, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation"], name="contact_is_one", condition=Q(ended_at__isnull=True)),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ending="") | Q(ended_at__isnull=False, ending__in=Ending.values),
                name="contact_ending_told",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "-id"], name="contact_of_conversation"),
            models.Index(fields=["account", "-started_at"], name="contact_of_account"),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"


class ChatGuest(models.Model):
    """A colleague who was asked into a chat: it is among theirs too, until they leave it."""

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "conversation"], name="chat_guest_once", condition=Q(until__isnull=True)
            )
        ]
        indexes = [models.Index(fields=["conversation"], name="chat_guests", condition=Q(until__isnull=True))]

    def __str__(self) -> str:
        return f"{self.person_id} in chat {self.conversation_id}"
