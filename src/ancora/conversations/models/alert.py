from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancora.conversations.models.mailbox import Mailbox


class AlertKind(models.TextChoices):
    FETCHING = "fetching", _("mail is not fetched")
    CONSENT = "consent", _("the permission is gone")
    SENDING = "sending", _("mail does not leave")
    QUARANTINE = "quarantine", _("mail could not be read")
    ARRIVALS = "arrivals", _("mail waits to be read")


class Alert(models.Model):
    """Something administrators must know of: noticed, opened when it lasts, told once, ended, and that told once.

    Until `opened_at` is set nobody is shown it; what ends before that is deleted. `mailbox` is null for what concerns
    the whole installation.
    """

    kind = models.CharField(max_length=16, choices=AlertKind)
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="+", null=True)
    noticed_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    # Taken by the one worker that writes the mail, before it is written: never twice.
    claimed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    # When no mail could be sent, it is tried again then.
    retry_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_claimed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "mailbox"],
                name="alert_is_one",
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(fields=["ended_at"], name="alert_untold", condition=Q(end_claimed_at__isnull=True))]

    def __str__(self) -> str:
        return f"alert {self.kind} {self.mailbox_id or ''}".strip()
