from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ancora.conversations.models.mailbox import Mailbox
from ancora.platform.keys import SecretField


class ProviderKind(models.TextChoices):
    GOOGLE = "google", "Google"
    MICROSOFT = "microsoft", "Microsoft"
    OTHER = "other", _("another provider with OAuth")


class Provider(models.Model):
    """What a provider of OAuth knows this installation by; shared by all mailboxes that sign in with it.

    `tenant` is Microsoft's name of an organisation; the two addresses and the scopes are those of another provider.
    """

    kind = models.CharField(max_length=16, primary_key=True, choices=ProviderKind)
    client_id = models.CharField(max_length=255, blank=True, default="")
    client_secret = SecretField(blank=True, default="")
    tenant = models.CharField(max_length=255, blank=True, default="")
    authorize_url = models.URLField(max_length=500, blank=True, default="")
    token_url = models.URLField(max_length=500, blank=True, default="")
    scopes = models.CharField(max_length=1000, blank=True, default="")

    def __str__(self) -> str:
        return self.get_kind_display()


class Grant(models.Model):
    """The permission to sign in to one mailbox, as somebody gave it at the provider; lost when `gone_at` is set.

    The row is locked while the provider is asked, so that one worker asks and the others use what it got.
    """

    mailbox = models.OneToOneField(Mailbox, models.CASCADE, related_name="grant", primary_key=True)
    # Whose permission it is, as far as the provider says.
    account = models.CharField(max_length=320, blank=True, default="")
    refresh_token = SecretField(blank=True, default="")
    access_token = SecretField(blank=True, default="")
    expires_at = models.DateTimeField(null=True)
    refreshed_at = models.DateTimeField(null=True)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    gone_at = models.DateTimeField(null=True)
    # The provider is not asked before `retry_at`, and what it said last.
    failures = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"permission for mailbox {self.mailbox_id}"
