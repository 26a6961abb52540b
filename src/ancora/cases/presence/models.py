from django.conf import settings
from django.db import models
from django.db.models import Q


class PresenceState(models.TextChoices):
    WRITING = "writing"
    VIEWING = "viewing"
    AWAY = "away"


class Presence(models.Model):
    """That a person has a case on the screen in one tab of a browser, which says so again and again.

    The table is not logged, and nothing points to it or is held by it: what a crash of the database takes is back with
    the next beats.
    """

    pk = models.CompositePrimaryKey("user_id", "tab")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    tab = models.UUIDField()
    case = models.ForeignKey("cases.Case", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    state = models.CharField(max_length=8, choices=PresenceState)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=PresenceState.values), name="presence_state_known")]
        indexes = [models.Index(fields=["case"], name="presence_on_case")]

    def __str__(self) -> str:
        return f"user {self.user_id} on case {self.case_id}: {self.state}"


class OpenDesk(models.Model):
    """That somebody was at their desk in some browser, which says so each minute.

    Not logged either: after a crash of the database nobody is there until the next minute.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"desk of user {self.person_id}"
