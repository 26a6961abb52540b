from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from ancora.conversations.models import Message


class AnswerState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("common answer", "not yet")
    SENT = "sent", pgettext_lazy("common answer", "sent")
    HELD = "held", pgettext_lazy("common answer", "held back")
    REFUSED = "refused", pgettext_lazy("common answer", "not sent")
    BACK = "back", pgettext_lazy("common answer", "taken back")


class CommonAnswer(models.Model):
    """`html`: with its placeholders · `outcome`: with which the cases are resolved, None leaves them as they are ·
    `moved_at`: when something was last done for it · `back_at`: since when what has not left is taken back ·
    `ended_at`: nothing more is to be done, for now."""

    problem = models.ForeignKey("cases.Case", models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # The same form posted twice is one answer.
    form_key = models.UUIDField(unique=True)
    html = models.TextField()
    outcome = models.ForeignKey("cases.Outcome", models.PROTECT, related_name="+", null=True)
    begun_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    back_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("problem", F("id").desc(), name="answers_of_problem"),
            models.Index(fields=["moved_at"], name="common_answer_under_way", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"common answer {self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.ended_at is None


class CommonAnswerItem(models.Model):
    """`seen`, `as_of`: the newest message that came into the case and its last event when the author saw who would get
    it · `message`: the reply that went · `why`: why none went, or was not taken back, in the words of the author's
    screen."""

    answer = models.ForeignKey(CommonAnswer, models.CASCADE, related_name="items", db_index=False)
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    seen = models.BigIntegerField()
    as_of = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=AnswerState, default=AnswerState.WAITING)
    message = models.ForeignKey(Message, models.PROTECT, related_name="+", null=True)
    why = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "case"], name="common_answer_once"),
            models.CheckConstraint(condition=Q(state__in=AnswerState.values), name="common_answer_state_known"),
        ]
        indexes = [models.Index(fields=["answer", "state", "id"], name="common_answer_items")]

    def __str__(self) -> str:
        return f"common answer {self.answer_id} in case {self.case_id}"
