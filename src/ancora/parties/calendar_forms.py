"""The form of a calendar: hours and days are typed as text, and read here."""

from uuid import uuid4

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.parties.models import Calendar
from ancora.parties.opening_text import Unreadable, read_days, read_hours, write_days, write_hours
from ancora.parties.public_holidays import countries, regions
from ancora.parties.schedule import Schedule
from ancora.parties.working_time import WHOLE_DAY, Hours
from ancora.platform.accounts.forms import time_zones

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NOT_OF_THE_SCHEDULE = ("name", "is_default", "form_key")
_PLAIN = {"spellcheck": "false", "autocomplete": "off"}


class HoursField(forms.CharField):
    """Cleaned, it is the hours of a day."""

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={**_PLAIN, "placeholder": gettext_lazy("closed")})
        super().__init__(required=False, max_length=200, widget=widget, **kwargs)

    def clean(self, value) -> tuple[Hours, ...]:
        try:
            return read_hours(super().clean(value))
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from None


class DaysField(forms.CharField):
    """Cleaned, it is special days."""

    widget = forms.Textarea(attrs={"rows": 4, **_PLAIN})

    def clean(self, value):
        try:
            return read_days(super().clean(value))
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from None


class CalendarForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=time_zones)
    is_default = forms.BooleanField(
        label=gettext_lazy("The organisation's calendar"),
        required=False,
        help_text=gettext_lazy("For all teams that have none of their own."),
    )
    is_always_open = forms.BooleanField(
        label=gettext_lazy("Round the clock"),
        required=False,
        help_text=gettext_lazy("The hours below do not count then; holidays and special days do."),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Public holidays of"),
        required=False,
        help_text=gettext_lazy("Closed on them, unless a special day says otherwise."),
    )
    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False)
    days = DaysField(
        label=gettext_lazy("Special days"),
        required=False,
        max_length=40_000,
        help_text=gettext_lazy(
            "One a line: 2026-12-24 09:00–12:00 Christmas Eve. Without hours it is closed: "
            "2026-08-10 – 2026-08-21 closed Summer break."
        ),
    )
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args,
        calendar: Calendar | None = None,
        schedule: Schedule | None = None,
        is_first: bool = False,
        **kwargs,
    ):
        initial = {"form_key": uuid4()}
        if schedule:
            initial |= _as_typed(schedule)
        if calendar:
            initial |= {"name": calendar.name, "is_default": calendar.is_default}
        super().__init__(*args, initial=initial, **kwargs)
        for number, name in enumerate(WEEK):
            self.fields[name] = HoursField(label=WEEKDAYS[number])
        self.fields["country"].choices = [("", _("no public holidays")), *countries()]
        country = self.data.get("country") if self.is_bound else self.initial.get("country")
        self.fields["region"].choices = region_choices(country or "")
        if calendar:
            del self.fields["form_key"]
        if is_first or (calendar and calendar.is_default):
            # It is the organisation's, until another one takes its place.
            del self.fields["is_default"]

    def clean(self) -> dict:
        cleaned = super().clean()
        if not cleaned.get("country"):
            cleaned["region"] = ""
        if not cleaned.get("is_always_open"):
            self._refuse_days_that_run_into_each_other(cleaned)
        return cleaned

    def schedule(self) -> Schedule:
        """What was typed, of a valid form."""
        cleaned = self.cleaned_data
        return Schedule(
            time_zone=cleaned["time_zone"],
            week=tuple(cleaned[name] for name in WEEK),
            is_always_open=cleaned["is_always_open"],
            country=cleaned["country"],
            region=cleaned["region"],
            days=cleaned["days"],
        )

    @property
    def week(self) -> list:
        """The fields of the seven days."""
        return [self[name] for name in WEEK]

    def problems(self) -> list[str]:
        """What is wrong with the hours, and where, a line each."""
        return [
            f"{self.fields[name].label}: {error}"
            for name, errors in self.errors.items()
            for error in errors
            if name in self.fields and name not in _NOT_OF_THE_SCHEDULE
        ]

    def _refuse_days_that_run_into_each_other(self, cleaned: dict) -> None:
        for number, name in enumerate(WEEK):
            hours, following = cleaned.get(name), cleaned.get(WEEK[(number + 1) % 7])
            if hours and following and hours[-1].end - WHOLE_DAY > following[0].start:
                words = {
                    "hours": write_hours(hours[-1:]),
                    "day": WEEKDAYS[(number + 1) % 7],
                    "others": write_hours(following[:1]),
                }
                self.add_error(name, _("%(hours)s runs into the %(others)s of %(day)s.") % words)


def region_choices(country: str) -> list[tuple[str, str]]:
    """For the field of the region: the whole country first."""
    return [("", _("the whole country")), *regions(country)]


def _as_typed(schedule: Schedule) -> dict:
    return {
        "time_zone": schedule.time_zone,
        "is_always_open": schedule.is_always_open,
        "country": schedule.country,
        "region": schedule.region,
        "days": write_days(schedule.days),
        **{name: write_hours(hours) for name, hours in zip(WEEK, schedule.week, strict=True)},
    }
