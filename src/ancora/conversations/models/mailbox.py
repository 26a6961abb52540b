from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from ancora.parties.models import Team
from ancora.platform.addresses import compared_address
from ancora.platform.keys import SecretField


class Security(models.TextChoices):
    TLS = "tls", _("TLS")
    STARTTLS = "starttls", _("STARTTLS")
    NONE = "none", _("none (only on this machine)")


class OldMail(models.TextChoices):
    IGNORE = "ignore", _("leave it where it is")
    IMPORT = "import", _("import it silently")


class SignIn(models.TextChoices):
    """How we prove to the mail servers who we are."""

    PASSWORD = "password", _("a password")
    GOOGLE = "google", "Google"
    MICROSOFT = "microsoft", "Microsoft"
    MICROSOFT_APP = "microsoft_app", _("Microsoft, as an application without a person")
    OTHER = "other", _("another provider with OAuth")


class Mailbox(models.Model):
    """A support address: where its mail is fetched, how answers leave, and which teams see it."""

    name = models.CharField(_("name"), max_length=80, help_text=_("As agents see it, and in the From of answers."))
    address = models.EmailField(_("address"), max_length=254)
    aliases = ArrayField(
        models.EmailField(max_length=254), default=list, blank=True, verbose_name=_("further addresses")
    )
    # Names shown with further addresses: {address: name}; without one the name of the mailbox.
    alias_names = models.JSONField(default=dict, blank=True, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)
    teams = models.ManyToManyField(
        Team, related_name="+", blank=True, verbose_name=_("teams that see it"), help_text=_("None chosen: everybody.")
    )
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("new cases go to")
    )
    signature = models.TextField(_("signature"), blank=True, max_length=2000)
    has_plus_addressing = models.BooleanField(
        _("plus addresses work"),
        default=True,
        help_text=_("Answers go to name+token@domain, which finds the conversation surely."),
    )

    sign_in = models.CharField(_("sign in with"), max_length=16, choices=SignIn, default=SignIn.PASSWORD)
    imap_host = models.CharField(_("IMAP server"), max_length=255, blank=True)
    imap_port = models.PositiveIntegerField(_("IMAP port"), default=993)
    imap_security = models.CharField(_("IMAP security"), max_length=8, choices=Security, default=Security.TLS)
    imap_user = models.CharField(_("IMAP user"), max_length=255, blank=True)
    imap_password = SecretField(_("IMAP password"), blank=True, default="")
    imap_folder = models.CharField(_("folder"), max_length=255, default="INBOX")
    old_mail = models.CharField(_("old mail"), max_length=8, choices=OldMail, default=OldMail.IGNORE)

    smtp_host = models.CharField(_("SMTP server"), max_length=255, blank=True)
    smtp_port = models.PositiveIntegerField(_("SMTP port"), default=587)
    smtp_security = models.CharField(_("SMTP security"), max_length=8, choices=Security, default=Security.STARTTLS)
    smtp_user = models.CharField(_("SMTP user"), max_length=255, blank=True)
    smtp_password = SecretField(_("SMTP password"), blank=True, default="")

    sends_per_minute = models.PositiveSmallIntegerField(
        _("mails a minute"),
        default=60,
        blank=True,
        help_text=_("Those above it wait for their turn. 0: no limit. Microsoft 365 allows 30."),
    )
    acknowledges = models.BooleanField(
        _("acknowledge new cases"),
        default=False,
        help_text=_("Who writes about something new is told at once that it arrived."),
    )
    acknowledgement_en = models.TextField(_("in English"), blank=True, max_length=4000)
    acknowledgement_it = models.TextField(_("in Italian"), blank=True, max_length=4000)
    acknowledgements_per_hour = models.PositiveSmallIntegerField(
        _("acknowledgements an hour"),
        default=60,
        blank=True,
        help_text=_("Beyond them nobody gets one until the hour is over. A customer gets at most one an hour."),
    )
    authserv_ids = ArrayField(
        models.CharField(max_length=255), default=list, blank=True, verbose_name=_("names of your border server")
    )
    spam_header = models.CharField(_("spam header"), max_length=320, blank=True, default="")

    # Paused by a person: nothing is fetched, or nothing sent, until somebody resumes it; what waits is kept.
    fetching_paused_at = models.DateTimeField(null=True, editable=False)
    fetching_paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    sending_paused_at = models.DateTimeField(null=True, editable=False)
    sending_paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("address"), name="mailbox_address_once")]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"

    @property
    def addresses(self) -> list[str]:
        """All addresses of this mailbox, in the form in which they are compared."""
        return [compared_address(one) for one in (self.address, *self.aliases)]
