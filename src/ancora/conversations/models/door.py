from django.db import models
from django.utils.translation import gettext_lazy as _

from ancora.conversations.models.mailbox import Mailbox
from ancora.platform.keys import SecretField


class Listener(models.Model):
    """Where the worker listens for mail by SMTP or LMTP, as it last showed itself; `error` says why it cannot."""

    kind = models.CharField(max_length=8, primary_key=True)
    address = models.CharField(max_length=255)
    seen_at = models.DateTimeField()
    error = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"{self.kind} at {self.address}"


class ImportedFile(models.Model):
    """How far a file of old mail was taken in, saved in the transaction of the arrivals it covers.

    `mark` is a digest of the file's path, size and time: a file that changed since is read from its beginning.
    `mails` were met up to there.
    """

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="+")
    mark = models.UUIDField()
    position = models.BigIntegerField()
    mails = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "mark"], name="imported_file_once")]

    def __str__(self) -> str:
        return f"{self.mark} up to {self.position}"


class HookProvider(models.TextChoices):
    SES = "amazon_ses", "Amazon SES"
    BREVO = "brevo", "Brevo"
    MAILERSEND = "mailersend", "MailerSend"
    MAILGUN = "mailgun", "Mailgun"
    MAILJET = "mailjet", "Mailjet"
    MAILTRAP = "mailtrap", "Mailtrap"
    MANDRILL = "mandrill", "Mandrill (Mailchimp)"
    POSTAL = "postal", "Postal"
    POSTMARK = "postmark", "Postmark"
    RESEND = "resend", "Resend"
    SENDGRID = "sendgrid", "SendGrid"
    SPARKPOST = "sparkpost", "SparkPost"


class InboundHook(models.Model):
    """An address to which a mail provider posts what arrived for us, or what became of what we sent.

    The address holds `token`, which nobody can guess; rows are found by its digest. `secret` is what the provider
    signs with, `access_key` lets us fetch from it what its posts only name, `topic` is the one Amazon confirmed.
    """

    provider = models.CharField(_("provider"), max_length=16, choices=HookProvider)
    name = models.CharField(_("name"), max_length=80, help_text=_("As you see it in the list."))
    mailbox = models.ForeignKey(
        Mailbox, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("mail goes to")
    )
    is_active = models.BooleanField(_("in use"), default=True)
    token = SecretField(editable=False)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    secret = SecretField(_("signing key"), blank=True, default="")
    access_key = SecretField(_("API key"), blank=True, default="")
    topic = models.CharField(max_length=256, blank=True, default="", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    received_at = models.DateTimeField(null=True, editable=False)
    reported_at = models.DateTimeField(null=True, editable=False)
    refused_at = models.DateTimeField(null=True, editable=False)
    refusal = models.TextField(blank=True, default="", editable=False)

    def __str__(self) -> str:
        return self.name

    @property
    def is_refusing(self) -> bool:
        """The last thing that happened is that something was refused."""
        worked_at = max(filter(None, (self.received_at, self.reported_at)), default=None)
        return bool(self.refused_at and (worked_at is None or self.refused_at > worked_at))
