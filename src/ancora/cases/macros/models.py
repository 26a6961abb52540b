from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancora.parties.models import Team


class Owning(models.TextChoices):
    """Who owns the case afterwards."""

    ME = "me", _("me")
    NOBODY = "nobody", _("nobody")


class Macro(models.Model):
    """`texts`: safe HTML by language · `owner`, `team`: whose it is, everybody's without either · the rest: what it
    changes; nothing where empty."""

    name = models.CharField(_("name"), max_length=80)
    texts = models.JSONField(default=dict)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", null=True)
    is_active = models.BooleanField(_("in use"), default=True)
    waiting_on = models.CharField(max_length=12, blank=True, default="")
    outcome = models.ForeignKey("cases.Outcome", models.PROTECT, related_name="+", null=True)
    to_team = models.ForeignKey(Team, models.PROTECT, related_name="+", null=True)
    owning = models.CharField(max_length=6, choices=Owning, blank=True, default="")
    priority = models.PositiveSmallIntegerField(null=True)
    task = models.ForeignKey("cases.TaskPlan", models.PROTECT, related_name="+", null=True)
    # The same form posted twice is one macro.
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(owner=None) | Q(team=None), name="macro_is_of_one_or_a_team"),
            models.CheckConstraint(condition=Q(waiting_on="") | Q(outcome=None), name="macro_waits_or_resolves"),
            models.CheckConstraint(
                condition=Q(waiting_on__in=["", "customer", "third_party", "us"]), name="macro_waits_on_someone"
            ),
            models.CheckConstraint(condition=Q(priority=None) | Q(priority__range=(1, 4)), name="macro_priority_known"),
            models.CheckConstraint(condition=Q(owning__in=["", *Owning.values]), name="macro_owning_known"),
        ]
        indexes = [models.Index(fields=["name", "id"], name="macro_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def has_text(self) -> bool:
        return any(self.texts.values())


class MacroTag(models.Model):
    """A tag that a macro adds, or takes away."""

    macro = models.ForeignKey(Macro, models.CASCADE, related_name="tags")
    tag = models.ForeignKey("cases.Tag", models.PROTECT, related_name="+")
    is_added = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["macro", "tag"], name="macro_tag_once")]

    def __str__(self) -> str:
        return f"{'+' if self.is_added else '-'}{self.tag_id} of macro {self.macro_id}"


class MacroUses(models.Model):
    """How often a macro was used on one day; by whom is not kept."""

    macro = models.ForeignKey(Macro, models.CASCADE, related_name="+")
    day = models.DateField()
    uses = models.PositiveIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["macro", "day"], name="macro_uses_once_a_day")]

    def __str__(self) -> str:
        return f"macro {self.macro_id} on {self.day}: {self.uses}"
