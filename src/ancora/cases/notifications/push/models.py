"""Which browsers of whom are pushed to, and by which keys we say who we are."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ancora.platform.keys import SecretField

LONGEST_ENDPOINT = 1000


class PushKeys(models.Model):
    """The one pair of this installation (P-256). Browsers accept pushes only of the pair they were shown."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    private = SecretField(_("private key"))
    public = models.CharField(max_length=100)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("keys of browser push")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="push_keys_are_one")]

    def __str__(self) -> str:
        return self.public


class PushBrowser(models.Model):
    """`endpoint`: where its push service takes mail for it · `p256dh`, `auth`: for whom it is sealed · `session_key`:
    the sign-in it belongs to, and `session_hash` what made it valid · `renewed_at`: when the browser itself last said
    all this · `held_until`: its push service wants no more before, or was not reached."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=LONGEST_ENDPOINT, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    session_key = models.CharField(max_length=40)
    session_hash = models.CharField(max_length=64)
    device = models.CharField(max_length=80)
    shows_words = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    renewed_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["session_key"], name="push_browser_session")]

    def __str__(self) -> str:
        return f"browser {self.pk} of user {self.person_id}"

    @property
    def is_signed_in(self) -> bool:
        """Whether the sign-in would still be believed: a new password ends all others."""
        return self.session_hash == self.person.get_session_auth_hash()
