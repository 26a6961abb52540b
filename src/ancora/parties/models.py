from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from ancora.platform.accounts.models import validate_time_zone


class Calendar(models.Model):
    """When somebody is at work: the weekly hours, public holidays and special days of one time zone."""

    name = models.CharField(_("name"), max_length=80)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    is_always_open = models.BooleanField(_("round the clock"), default=False)
    # Codes of the library `holidays`: ISO 3166-1, and its parts of that country.
    country = models.CharField(_("public holidays of"), max_length=2, blank=True)
    region = models.CharField(_("region"), max_length=40, blank=True)
    is_default = models.BooleanField(_("the organisation's"), default=False)
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="calendar_name_once"),
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="calendar_default_once"),
            models.CheckConstraint(condition=Q(region="") | ~Q(country=""), name="calendar_region_of_country"),
        ]

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """A day unlike its weekday: closed, unless it has hours of its own."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="days")
    on = models.DateField()
    name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "on"], name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.on} {self.name}".strip()


class CalendarHours(models.Model):
    """Open from `start` to `end`, in minutes from midnight, on a weekday (0 is Monday) or on one special day."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(null=True)
    day = models.ForeignKey(CalendarDay, models.CASCADE, null=True, related_name="hours")
    start = models.PositiveSmallIntegerField()
    end = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__isnull=False, weekday__lt=7, day=None) | Q(weekday=None, day__isnull=False),
                name="calendar_hours_of_a_day",
            ),
            models.CheckConstraint(
                condition=Q(start__lt=1440, end__gt=F("start"), end__lte=F("start") + 1440),
                name="calendar_hours_length",
            ),
            models.UniqueConstraint(fields=["calendar", "weekday", "start"], name="calendar_weekday_start_once"),
            models.UniqueConstraint(fields=["day", "start"], name="calendar_day_start_once"),
        ]

    def __str__(self) -> str:
        return f"{self.start} to {self.end}"


class Team(models.Model):
    """A group of people that works on cases together."""

    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("in use"), default=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="+", verbose_name=_("members"), blank=True
    )
    # None: the organisation's.
    calendar = models.ForeignKey(
        Calendar, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("calendar")
    )

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class ThirdParty(models.Model):
    """An outside firm that works for us: a carrier, a repairer, a maker. It is written to at one mail address."""

    name = models.CharField(_("name"), max_length=80)
    address = models.EmailField(_("e-mail address"), max_length=320)
    note = models.TextField(_("remark"), blank=True, default="", db_default="")
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("address"), name="third_party_address_once")]
        indexes = [models.Index(fields=["name", "id"], name="third_party_by_name")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.team_id}"
