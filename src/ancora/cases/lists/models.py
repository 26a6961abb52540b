from django.conf import settings
from django.db import models


class ListShape(models.Model):
    """How one person looks at one list. `list_name`: a queue, or `view-<id>`; `shape`: see `shapes.Shape`."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    list_name = models.CharField(max_length=32)
    shape = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "list_name"], name="list_shape_once")]

    def __str__(self) -> str:
        return f"{self.list_name} of person {self.person_id}"
