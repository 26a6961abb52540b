from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class CaseSplit(models.Model):
    """`places`: of the messages in the new case, as they came there · `notes`: {id of the note: id of the case in which
    it was written}."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    into = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    since = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    # The same form posted twice is one split.
    form_key = models.UUIDField(unique=True)
    places = ArrayField(models.BigIntegerField())
    notes = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(case=F("into")), name="case_not_split_into_itself")]

    def __str__(self) -> str:
        return f"split of case {self.case_id} into {self.into_id}"
