from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from ancora.parties.models import Team

MOST_CASES = 999
MOST_MINUTES = 60 * 24 * 31


class Skill(models.Model):
    """What a case may ask for: a language, or anything that an administrator names."""

    label = models.CharField(_("label"), max_length=40)
    # An ISO 639 code: cases in this language ask for it, and who uses Ancora in it has it.
    language = models.CharField(_("language"), max_length=8, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    teams = models.ManyToManyField(Team, related_name="+", blank=True)
    tags = models.ManyToManyField("cases.Tag", related_name="+", blank=True)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    # The same form posted twice is one skill.
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        ordering = ["label", "id"]
        constraints = [
            models.UniqueConstraint(Lower("label"), name="skill_label_once"),
            models.UniqueConstraint(fields=["language"], condition=~Q(language=""), name="skill_language_once"),
        ]

    def __str__(self) -> str:
        return self.label


class TeamRouting(models.Model):
    """How a team's waiting cases are given out; without a row they are not. Minutes: None is never."""

    team = models.OneToOneField(Team, models.CASCADE, primary_key=True, related_name="+")
    is_on = models.BooleanField(default=False)
    limit = models.PositiveSmallIntegerField(default=5)
    overflow_team = models.ForeignKey(Team, models.PROTECT, related_name="+", null=True)
    overflow_after = models.PositiveIntegerField(null=True)
    escalate_after = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(limit__range=(1, MOST_CASES)), name="team_routing_limit"),
            models.CheckConstraint(
                condition=Q(overflow_team=None, overflow_after=None)
                | Q(overflow_team__isnull=False, overflow_after__range=(1, MOST_MINUTES)),
                name="team_routing_overflow",
            ),
            models.CheckConstraint(
                condition=Q(escalate_after=None) | Q(escalate_after__range=(1, MOST_MINUTES)),
                name="team_routing_escalation",
            ),
        ]

    def __str__(self) -> str:
        return f"routing of team {self.team_id}"


class RoutedAgent(models.Model):
    """What routing knows of a person, and the row that is held while they are given a case. `limits`: {channel: cases},
    that of the team where none is."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    limits = models.JSONField(default=dict)
    is_away = models.BooleanField(default=False)
    # None while away: until they say that they are back.
    away_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(is_away=True) | Q(away_until=None), name="routed_agent_away_until")
        ]

    def __str__(self) -> str:
        return f"agent {self.person_id}"


class InLine(models.Model):
    """Since when routing sees a case wait for somebody. Nothing points to it; it goes when the case waits no more."""

    case = models.OneToOneField(
        "cases.Case", models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )
    since = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"case {self.case_id} since {self.since}"
