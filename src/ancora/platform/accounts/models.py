import zoneinfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

LANGUAGES = [("en", "English"), ("it", "Italiano")]


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is no known time zone; write one like Europe/Rome."), params={"name": name})


class Organisation(models.Model):
    """The one organisation of this installation."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=8, choices=LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Rome", validators=[validate_time_zone])
    public_address = models.URLField(
        _("public address"),
        blank=True,
        help_text=_("Where people reach Ancora, for example https://help.example.com. Links in mails start with it."),
    )
    proxy_count = models.PositiveSmallIntegerField(
        _("proxies in front"),
        default=0,
        validators=[MaxValueValidator(5)],
        help_text=_("How many reverse proxies stand before Ancora; needed to know the visitor's address."),
    )
    reopen_days = models.PositiveSmallIntegerField(
        _("days an answer reopens"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("An answer within these days reopens a resolved case; later it opens a linked one."),
    )
    set_up_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="organisation_is_one")]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OBSERVER = "observer", _("Observer")
    AGENT = "agent", _("Agent")
    LEAD = "lead", _("Lead")
    ADMINISTRATOR = "administrator", _("Administrator")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


UNDO_SECONDS = [
    (0, _("not at all")),
    (5, _("5 seconds")),
    (10, _("10 seconds")),
    (20, _("20 seconds")),
    (30, _("30 seconds")),
]


class User(AbstractBaseUser):
    """A person of the organisation who signs in. `undo_seconds`: how long what they send waits, to be taken back."""

    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.AGENT)
    language = models.CharField(_("language"), max_length=8, choices=LANGUAGES, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[validate_time_zone])
    signature = models.TextField(_("signature"), blank=True, max_length=2000)
    undo_seconds = models.PositiveSmallIntegerField(choices=UNDO_SECONDS, default=10, db_default=10)
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
            models.CheckConstraint(condition=models.Q(undo_seconds__lte=30), name="user_undo_is_short"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        words = self.name.split() or [self.email]
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def is_lead(self) -> bool:
        return self.role in (Role.LEAD, Role.ADMINISTRATOR)

    @property
    def is_agent(self) -> bool:
        """May serve customers: write to them, change cases."""
        return self.role != Role.OBSERVER


class ApiToken(models.Model):
    """A program's key to the API; acts with the rights of its user. Only a digest is stored."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.name
