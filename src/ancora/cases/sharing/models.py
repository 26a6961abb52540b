from django.conf import settings
from django.db import models
from django.db.models import Q

from ancora.parties.models import Team


class DraftShare(models.Model):
    """That a colleague, or everybody in a team, may read and write a draft, as long as they see its case."""

    draft = models.ForeignKey("cases.Draft", models.CASCADE, related_name="shares")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True)
    team = models.ForeignKey(Team, models.CASCADE, related_name="+", null=True)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, team=None) | Q(person=None, team__isnull=False),
                name="draft_share_with_one",
            ),
            models.UniqueConstraint(fields=["draft", "person"], name="draft_share_person_once"),
            models.UniqueConstraint(fields=["draft", "team"], name="draft_share_team_once"),
        ]

    def __str__(self) -> str:
        return str(self.person or self.team)
