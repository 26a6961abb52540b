from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancora.parties.models import Team


class ListShape(models.Model):
    """How one person looks at one list. `list_name`: a queue, or `view-<id>`; `shape`: see `shapes.Shape`."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    list_name = models.CharField(max_length=32)
    shape = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "list_name"], name="list_shape_once")]

    def __str__(self) -> str:
        return f"{self.list_name} of person {self.person_id}"


class SavedView(models.Model):
    """A list of cases by conditions (see `queries.asked`): of one person, of a team, or of everybody (neither). `shape`
    says how it is shown, see `lists.shapes`."""

    label = models.CharField(_("name"), max_length=60)
    conditions = models.CharField(_("conditions"), max_length=200)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", null=True)
    shape = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["label", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(person=None) | Q(team=None), name="saved_view_of_person_or_team"),
        ]

    def __str__(self) -> str:
        return self.label
