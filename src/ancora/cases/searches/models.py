from django.conf import settings
from django.db import models
from django.db.models import F

LONGEST = 200


class RecentSearch(models.Model):
    """Words as they were typed; the same again only moves `at`."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    words = models.CharField(max_length=LONGEST)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "words"], name="recent_search_once")]
        indexes = [models.Index("person", F("at").desc(), name="recent_search_latest")]

    def __str__(self) -> str:
        return f"search {self.pk} of person {self.person_id}"
