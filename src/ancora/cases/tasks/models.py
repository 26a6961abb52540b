import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy, pgettext_lazy

from ancora.conversations.models import Conversation
from ancora.parties.models import Team, ThirdParty
from ancora.platform import clock


class TaskState(models.TextChoices):
    OPEN = "open", pgettext_lazy("task", "Open")
    DONE = "done", pgettext_lazy("task", "Done")
    CANCELLED = "cancelled", pgettext_lazy("task", "Cancelled")


class Task(models.Model):
    """A piece of work for exactly one assignee; `conversation` is the side thread of one for a third party, and
    `answered_at` says since when its answer waits for us. Given by a person, or by a rule."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=TaskState, default=TaskState.OPEN)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", null=True)
    third_party = models.ForeignKey(ThirdParty, models.PROTECT, related_name="+", null=True)
    conversation = models.OneToOneField(Conversation, models.PROTECT, related_name="+", null=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    rule = models.ForeignKey("cases.Rule", models.PROTECT, related_name="+", null=True, db_index=False)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True)
    # The same form posted twice is one task.
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, team=None, third_party=None)
                | Q(person=None, team__isnull=False, third_party=None)
                | Q(person=None, team=None, third_party__isnull=False),
                name="task_is_for_one",
            ),
            models.CheckConstraint(
                condition=Q(third_party=None, conversation=None)
                | Q(third_party__isnull=False, conversation__isnull=False),
                name="task_beside_with_third_party",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | Q(state__in=["done", "cancelled"], ended_at__isnull=False),
                name="task_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=False, rule=None) | Q(author=None, rule__isnull=False),
                name="task_of_person_or_rule",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="task_of_case"),
            models.Index(fields=["person", "due_at"], name="task_of_person", condition=Q(state="open")),
            models.Index(fields=["due_at"], name="task_due", condition=Q(state="open")),
            models.Index(fields=["team", "due_at"], name="task_open_of_team", condition=Q(state="open")),
            models.Index(
                fields=["author", "due_at"],
                name="task_asked_of_third_party",
                condition=Q(state="open", third_party__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state == TaskState.OPEN

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_at is not None and self.due_at < clock.now()

    @property
    def assignee(self):
        return self.third_party or self.team or self.person


class TaskUnit(models.TextChoices):
    HOURS = "hours", gettext_lazy("working hours")
    DAYS = "days", gettext_lazy("working days")


def unguessable_id() -> int:
    return secrets.randbelow(9 * 10**17) + 10**17


class TaskPlan(models.Model):
    """A task that macros and rules give; a row is never changed. `what`: its title, and from the second line on more
    about it, with placeholders · without person, team and third party it is for the owner of the case · amount, unit:
    in how much time it is due. Whoever has its code was shown it: the id cannot be guessed."""

    id = models.BigIntegerField(primary_key=True, default=unguessable_id, editable=False)
    what = models.TextField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", null=True)
    third_party = models.ForeignKey(ThirdParty, models.PROTECT, related_name="+", null=True)
    amount = models.PositiveSmallIntegerField(null=True)
    unit = models.CharField(max_length=5, choices=TaskUnit, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, team=None) | Q(person=None, third_party=None) | Q(team=None, third_party=None),
                name="task_plan_is_for_one",
            ),
            models.CheckConstraint(
                condition=Q(amount=None, unit="") | Q(amount__gte=1, unit__in=TaskUnit.values),
                name="task_plan_due_in_time",
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def code(self) -> str:
        """As a change of macros and rules."""
        return f"task-{self.pk}"

    @property
    def assignee(self):
        """None: the owner of the case."""
        return self.third_party or self.team or self.person


class TaskComment(models.Model):
    """Internal, also of those who only observe."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        indexes = [models.Index(fields=["task", "id"], name="comment_of_task")]

    def __str__(self) -> str:
        return f"comment {self.pk} on task {self.task_id}"
