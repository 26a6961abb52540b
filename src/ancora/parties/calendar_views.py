"""Settings of calendars."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ancora.parties import calendar_commands as commands
from ancora.parties import calendar_queries as queries
from ancora.parties.calendar_forms import CalendarForm, region_choices
from ancora.parties.opening_text import write_hours
from ancora.parties.opening_words import day_in_words, state_in_words
from ancora.parties.public_holidays import countries, regions
from ancora.parties.schedule import Schedule
from ancora.platform import clock
from ancora.platform.accounts.access import administrators_only
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.ui.forms import attempt, is_sent

DAYS_AHEAD = 14


@administrators_only
def calendars_page(request):
    now, names = clock.now(), dict(countries())
    rows = [
        {
            "calendar": calendar,
            "country": names.get(calendar.country, calendar.country),
            "region": dict(regions(calendar.country)).get(calendar.region, calendar.region),
            "state": state_in_words(schedule.working_time(), now),
        }
        for calendar, schedule in queries.calendars_with_schedules(request.user)
    ]
    return render(request, "parties/calendars.html", {"rows": rows})


@administrators_only
def new_calendar(request):
    usual = Schedule(current_organisation().time_zone, commands.MONDAY_TO_FRIDAY)
    is_first = not queries.calendars(request.user).exists()
    form = CalendarForm(request.POST or None, schedule=usual, is_first=is_first)
    if is_sent(request, form) and attempt(
        form,
        commands.create_calendar,
        name=form.cleaned_data["name"],
        schedule=form.schedule(),
        is_default=form.cleaned_data.get("is_default", False),
        form_key=form.cleaned_data["form_key"],
        actor=Actor.human(request.user),
    ):
        return _saved(request, form)
    return render(request, "parties/calendar.html", {"form": form, "preview": _preview(form, usual)})


@administrators_only
def calendar_page(request, pk):
    calendar, schedule = queries.calendar_for(request.user, pk)
    form = CalendarForm(request.POST or None, calendar=calendar, schedule=schedule)
    if is_sent(request, form) and attempt(
        form,
        commands.change_calendar,
        calendar,
        name=form.cleaned_data["name"],
        schedule=form.schedule(),
        is_default=form.cleaned_data.get("is_default", False),
        actor=Actor.human(request.user),
    ):
        return _saved(request, form)
    words = {"form": form, "calendar": calendar, "preview": _preview(form, schedule)}
    return render(request, "parties/calendar.html", words)


@administrators_only
@require_POST
def preview(request):
    """What the hours that are being typed would mean; nothing is saved."""
    typed = request.POST.copy()
    if typed.get("region") not in dict(region_choices(typed.get("country", ""))):
        # Another country was chosen just now, and its regions are on their way.
        typed["region"] = ""
    return render(request, "parties/calendar_preview.html", {"preview": _preview(CalendarForm(typed))})


@administrators_only
@require_GET
def region_field(request):
    """The regions of a country that was just chosen."""
    form = CalendarForm()
    form.fields["region"].choices = region_choices(request.GET.get("country", ""))
    return render(request, "ui/field.html", {"field": form["region"]})


@administrators_only
@require_POST
def delete_calendar(request, pk):
    calendar, _schedule = queries.calendar_for(request.user, pk)
    try:
        commands.delete_calendar(calendar, actor=Actor.human(request.user))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("parties:calendar", pk)
    messages.success(request, _("The calendar %(name)s was deleted.") % {"name": calendar.name})
    return redirect("parties:calendars")


def _preview(form: CalendarForm, schedule: Schedule | None = None) -> dict:
    """The next two weeks of what was typed, else of `schedule`; or why they cannot be told."""
    if form.is_bound:
        if problems := form.problems():
            return {"problems": problems}
        schedule = form.schedule()
    now = clock.now()
    days = schedule.days_from(now, count=DAYS_AHEAD, language=get_language() or "en")
    return {
        "state": state_in_words(schedule.working_time(), now),
        "days": [{"on": day_in_words(day.on), "name": day.name, "hours": write_hours(day.hours)} for day in days],
    }


def _saved(request, form):
    messages.success(request, _("The calendar %(name)s was saved.") % {"name": form.cleaned_data["name"]})
    return redirect("parties:calendars")
