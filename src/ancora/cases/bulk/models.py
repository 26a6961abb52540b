from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy


class ItemState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("bulk", "not yet")
    CHANGED = "changed", pgettext_lazy("bulk", "changed")
    SAME = "same", pgettext_lazy("bulk", "was so already")
    REFUSED = "refused", pgettext_lazy("bulk", "not changed")
    BACK = "back", pgettext_lazy("bulk", "as it was")
    KEPT = "kept", pgettext_lazy("bulk", "left alone")


class BulkChange(models.Model):
    """`changes`: codes (see `bulk.wanted`) · `waits_until`: what a change to wait until a moment means · `moved_at`:
    when something was last done for it · `ended_at`: nothing more is to be done, for now."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # The same form posted twice is one bulk change.
    form_key = models.UUIDField(unique=True)
    changes = ArrayField(models.CharField(max_length=40))
    waits_until = models.DateTimeField(null=True)
    begun_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("author", F("id").desc(), name="bulk_of_author"),
            models.Index(fields=["moved_at"], name="bulk_under_way", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"bulk change {self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.ended_at is None

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None


class BulkItem(models.Model):
    """`changed`: {field: [before, after]}, see `commands.standing`, and the problem it joined · `why`: why it was not
    changed, or what was left alone; in the words of the author's screen."""

    bulk = models.ForeignKey(BulkChange, models.CASCADE, related_name="items", db_index=False)
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=ItemState, default=ItemState.WAITING)
    changed = models.JSONField(default=dict)
    why = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bulk", "case"], name="bulk_item_once"),
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="bulk_item_state_known"),
        ]
        indexes = [models.Index(fields=["bulk", "state", "id"], name="bulk_items")]

    def __str__(self) -> str:
        return f"case {self.case_id} in bulk change {self.bulk_id}"
