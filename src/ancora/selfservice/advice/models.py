from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MOST_POINTS = 9


class Complex(models.TextChoices):
    """As `decision.Complexity`."""

    SIMPLE = "simple", pgettext_lazy("matter", "a quick question")
    COMPLEX = "complex", pgettext_lazy("matter", "something complicated")
    DIFFICULT = "difficult", pgettext_lazy("matter", "something difficult")


class Private(models.TextChoices):
    """As `decision.Sensitivity`."""

    PUBLIC = "public", pgettext_lazy("matter", "nothing personal")
    PERSONAL = "personal", pgettext_lazy("matter", "personal data")
    SECRET = "secret", pgettext_lazy("matter", "what only the person may know")


class Urgent(models.TextChoices):
    """As `decision.Urgency`."""

    LOW = "low", pgettext_lazy("matter", "has time")
    NORMAL = "normal", pgettext_lazy("matter", "as usual")
    HIGH = "high", pgettext_lazy("matter", "urgent")


class AdviceRule(models.Model):
    """Points for or against a channel when a matter is of these kinds, any where empty; see `decision.Rule`.
    `reasons`: the sentence that a customer reads, by language; none where it is empty."""

    channel = models.CharField(max_length=16)
    points = models.SmallIntegerField(_("points"))
    complexity = models.CharField(max_length=9, choices=Complex, blank=True, default="")
    sensitivity = models.CharField(max_length=8, choices=Private, blank=True, default="")
    urgency = models.CharField(max_length=6, choices=Urgent, blank=True, default="")
    reasons = models.JSONField(default=dict)
    is_active = models.BooleanField(_("in use"), default=True)
    # The same form posted twice is one rule.
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        ordering = ["channel", "-points", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gte=-MOST_POINTS, points__lte=MOST_POINTS), name="advice_rule_points"
            )
        ]

    def __str__(self) -> str:
        return f"{self.points:+d} {self.channel}"
