"""Rules, their versions, and what they did."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancora.platform.events.actors import Actor


class Trigger(models.TextChoices):
    OPENED = "opened", _("A case is opened")
    WROTE = "wrote", _("The customer writes again")
    ANSWERED = "answered", _("We answer")
    STATUS = "status", _("The status changes")
    OWNER = "owner", _("The owner changes")
    TEAM = "team", _("The team changes")
    PRIORITY = "priority", _("The priority changes")
    TAGGED = "tagged", _("A tag is added")
    TASK_DONE = "task_done", _("A task is done")
    WARNED = "warned", _("A clock warns")
    BREACHED = "breached", _("A clock runs out")
    SINCE_OPENED = "since_opened", _("Time has passed since it was opened")
    SINCE_MESSAGE = "since_message", _("Time has passed since the last message")
    SINCE_RESOLVED = "since_resolved", _("Time has passed since it was resolved")


# Those of time, and the moment of a case from which they count.
MOMENTS = {
    Trigger.SINCE_OPENED: "opened_at",
    Trigger.SINCE_MESSAGE: "last_message_at",
    Trigger.SINCE_RESOLVED: "resolved_at",
}
# Those with a message, in which words can be looked for.
WITH_MESSAGE = (Trigger.OPENED, Trigger.WROTE, Trigger.ANSWERED)


class Pause(models.TextChoices):
    HOUR = "hour", _("it ran too often within an hour")
    CASE = "case", _("it ran too often in one case")


class RunState(models.TextChoices):
    CHANGED = "changed", pgettext_lazy("rule", "changed")
    SAME = "same", pgettext_lazy("rule", "nothing to change")
    UNFIT = "unfit", pgettext_lazy("rule", "did not fit")
    REFUSED = "refused", pgettext_lazy("rule", "not possible")
    CUT = "cut", pgettext_lazy("rule", "stopped: a chain of rules")
    PAUSED = "paused", pgettext_lazy("rule", "paused: too often")


# What a version keeps, and bringing it back restores.
CONTENT = (
    "name", "is_active", "trigger", "hours", "conditions", "words", "changes", "note", "most_an_hour", "most_on_case",
)  # fmt: skip


class Rule(models.Model):
    """hours: of a trigger of time · words: one of them is in the message, separated by commas · note: internal,
    written with the changes · since: from when on it looks at what happens · version: the number of the last
    `RuleVersion`. A deleted one stays for what it did."""

    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveIntegerField()
    trigger = models.CharField(max_length=16, choices=Trigger)
    hours = models.PositiveIntegerField(null=True)
    conditions = models.CharField(max_length=200, blank=True, default="")
    words = models.CharField(max_length=200, blank=True, default="")
    changes = models.JSONField(default=list)
    note = models.TextField(blank=True, default="")
    most_an_hour = models.PositiveIntegerField(default=500)
    most_on_case = models.PositiveIntegerField(default=5)
    version = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    paused_why = models.CharField(max_length=8, choices=Pause, blank=True, default="")
    deleted_at = models.DateTimeField(null=True)
    # The same form posted twice is one rule.
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(trigger__in=Trigger.values), name="rule_trigger_known"),
            models.CheckConstraint(
                condition=Q(trigger__in=list(MOMENTS), hours__gte=1) | (~Q(trigger__in=list(MOMENTS)) & Q(hours=None)),
                name="rule_of_time_has_hours",
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None, paused_why="") | Q(paused_at__isnull=False, paused_why__in=Pause.values),
                name="rule_paused_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["trigger", "position", "id"], name="rule_in_use", condition=Q(is_active=True)),
            models.Index(fields=["position", "id"], name="rule_list", condition=Q(deleted_at=None)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def actor(self) -> Actor:
        return Actor("bot", self.pk)

    @property
    def content(self) -> dict:
        """What a version keeps."""
        return {name: getattr(self, name) for name in CONTENT}

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None


class RuleVersion(models.Model):
    """How a rule was saved, never changed. back_to: the number of the version that it brought back."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    content = models.JSONField()
    back_to = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="rule_version_once")]

    def __str__(self) -> str:
        return f"version {self.number} of rule {self.rule_id}"


class RuleRun(models.Model):
    """What a rule of one version did in a case, or why nothing. cause: the id of the event; for a rule of time the
    second from which it counts, negative · steps: how many rules ran one because of the other · changes: the codes of
    what it changed · told_to: the last event that this may have told."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="runs", db_index=False)
    version = models.PositiveIntegerField()
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    cause = models.BigIntegerField()
    steps = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=RunState)
    changes = models.JSONField(default=list)
    why = models.CharField(max_length=400, blank=True, default="")
    told_to = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "case", "cause"], name="rule_run_once"),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="rule_run_state_known"),
        ]
        indexes = [
            models.Index(fields=["rule", "-id"], name="rule_run_log", condition=~Q(state="unfit")),
            models.Index(fields=["rule", "-id"], name="rule_run_whole_log"),
            models.Index(fields=["rule", "at"], name="rule_run_rate", condition=Q(state="changed")),
            models.Index(fields=["at"], name="rule_run_at"),
        ]

    def __str__(self) -> str:
        return f"rule {self.rule_id} in case {self.case_id}: {self.state}"
