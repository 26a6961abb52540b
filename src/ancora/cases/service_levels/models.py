from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from ancora.conversations.models import Mailbox
from ancora.parties.models import Calendar, Team


class WarningUnit(models.TextChoices):
    PERCENT = "percent", _("per cent of the time")
    MINUTES = "minutes", _("minutes")


class ServicePolicy(models.Model):
    """`targets`: {priority: {kind of clock: minutes of working time}}; where none is, nothing is promised. It fits
    cases of the `mailbox`, the `team`, the `channel` and the `customers`, any where empty. `calendar`: None is that of
    the case's team, else the organisation's. `warns_before`: how much is left of a target when it warns."""

    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    is_active = models.BooleanField(_("in use"), default=True)
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="+", null=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", null=True)
    # Of `Case.channel`; empty is any.
    channel = models.CharField(max_length=16, blank=True, default="", db_default="")
    # Addresses and domains; empty is everybody.
    customers = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="+", null=True)
    targets = models.JSONField(default=dict)
    warns_before = models.PositiveIntegerField(default=25)
    warning_unit = models.CharField(max_length=7, choices=WarningUnit, default=WarningUnit.PERCENT)
    # The same form posted twice is one policy.
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(warning_unit="minutes") | Q(warning_unit="percent", warns_before__lte=100),
                name="service_policy_warning",
            )
        ]

    def __str__(self) -> str:
        return self.name


class CaseClocks(models.Model):
    """The clocks of a case that are not stopped, as its events up to `as_of` and the policies give them.

    `hands`: one object each, see `reading.Hand` · `due_at`: the soonest of those that run · `tells_at`: when there is
    next something to tell · `told_until`: what came before that moment was told · `revision`: raised by every change.
    """

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="clocks")
    policy = models.ForeignKey(ServicePolicy, models.SET_NULL, related_name="+", null=True)
    hands = models.JSONField(default=list)
    due_at = models.DateTimeField(null=True)
    tells_at = models.DateTimeField(null=True)
    told_until = models.DateTimeField(null=True)
    as_of = models.BigIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="case_clocks_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["tells_at"], name="case_clocks_tell", condition=Q(tells_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"clocks of case {self.case_id}"


class ClockRun(models.Model):
    """All open cases get their clocks anew: `done` of `total`, those with ids up to `after_id`."""

    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    after_id = models.BigIntegerField(default=0)
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="clock_run_within"),
        ]

    def __str__(self) -> str:
        return f"run of clocks {self.pk}: {self.done} of {self.total}"
