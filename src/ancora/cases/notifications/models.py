"""Who follows, who is mentioned, who was told of what, and how people want to be told."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancora.conversations.models import Message


class Kind(models.TextChoices):
    ASSIGNED = "assigned", _("A case becomes mine")
    MENTIONED = "mentioned", _("A colleague mentions me")
    ANSWERED = "answered", _("A customer writes in my case")
    NOTED = "noted", _("A colleague leaves a note in my case")
    FOLLOWED = "followed", _("A message or note in a case I follow")
    RULE_PAUSED = "rule_paused", _("A rule is paused")
    SHARED = "shared", _("A colleague shares a draft with me")
    DRAFTED = "drafted", _("A colleague sends my draft, or lays the pen down")
    ESCALATED = "escalated", _("A case of my team waits too long for an owner")
    TASKED = "tasked", _("A task comes to me or my team")
    TASK_NEWS = "task_news", _("Something happens to a task that I gave or have")
    WOKEN = "woken", _("A case of mine waited until now")
    UNSENT = "unsent", _("A message of mine is not sent, or does not arrive")


class Mail(models.TextChoices):
    NONE = "", pgettext_lazy("notification", "no mail")
    AT_ONCE = "at_once", pgettext_lazy("notification", "at once")
    HOURLY = "hourly", pgettext_lazy("notification", "every hour, together")
    DAILY = "daily", pgettext_lazy("notification", "every morning, together")


class Follower(models.Model):
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="follower_once")]

    def __str__(self) -> str:
        return f"user {self.person_id} follows case {self.case_id}"


class Mention(models.Model):
    note = models.ForeignKey("cases.Note", models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "person"], name="mention_once")]

    def __str__(self) -> str:
        return f"user {self.person_id} in note {self.note_id}"


class Notification(models.Model):
    """`source` names the thing (`note-17`, `done-3-905`): it is told to a person once · `is_shown`: under the bell ·
    `mail`: how it goes by mail, `mailed_at` when it was handed over, or was read before · `is_pushed`: to browsers,
    `pushed_at` since when."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    source = models.CharField(max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    note = models.ForeignKey("cases.Note", models.CASCADE, related_name="+", null=True)
    message = models.ForeignKey(Message, models.CASCADE, related_name="+", null=True)
    rule = models.ForeignKey("cases.Rule", models.PROTECT, related_name="+", null=True, db_index=False)
    task = models.ForeignKey("cases.Task", models.CASCADE, related_name="+", null=True, db_index=False)
    at = models.DateTimeField()
    is_shown = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=8, choices=Mail, blank=True, default="")
    mailed_at = models.DateTimeField(null=True)
    is_pushed = models.BooleanField(default=False)
    pushed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "source"], name="notification_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="notification_kind_known"),
            models.CheckConstraint(condition=Q(mail__in=Mail.values), name="notification_mail_known"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notification_list", condition=Q(is_shown=True)),
            models.Index(fields=["person", "case"], name="notification_unread", condition=Q(read_at=None)),
            models.Index(
                fields=["person", "id"], name="notification_to_mail", condition=Q(mailed_at=None) & ~Q(mail="")
            ),
            models.Index(fields=["at"], name="notification_at"),
            models.Index(
                fields=["person", "case", "pushed_at"], name="notification_pushed", condition=Q(is_pushed=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} to user {self.person_id}"


def what_became_of(told: Notification) -> str:
    """The first word of its source: of a task or a message of ours, what happened to it."""
    return told.source.partition("-")[0]


class NotificationChoice(models.Model):
    """How a person wants to hear of one kind; without a row it is shown, pushed where a browser of theirs takes
    pushes, and not mailed."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    is_shown = models.BooleanField(default=True)
    mail = models.CharField(max_length=8, choices=Mail, blank=True, default="")
    is_pushed = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="notification_choice_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="notification_choice_kind_known"),
            models.CheckConstraint(condition=Q(mail__in=Mail.values), name="notification_choice_mail_known"),
        ]

    def __str__(self) -> str:
        return f"user {self.person_id}, {self.kind}: {self.is_shown}, {self.mail}"
