"""Changes to calendars."""

from uuid import UUID

from django.db import connection, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from ancora.parties.models import Calendar, CalendarDay, CalendarHours, Team
from ancora.parties.schedule import Schedule
from ancora.parties.working_time import Hours
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.publishing import publish

MONDAY_TO_FRIDAY = ((Hours(9 * 60, 18 * 60),),) * 5 + ((), ())


@transaction.atomic
def create_calendar(
    *, name: str, schedule: Schedule, is_default: bool = False, actor: Actor, form_key: UUID | None = None
) -> Calendar:
    """The first one becomes the organisation's. The same `form_key` gives the calendar of the first time; refused when
    there is one of this name (capitals do not matter)."""
    _one_at_a_time()
    if form_key and (known := Calendar.objects.filter(form_key=form_key).first()):
        return known
    _require_free_name(name)
    calendar = Calendar(name=name, form_key=form_key)
    _write(calendar, schedule, is_default=is_default or not Calendar.objects.filter(is_default=True).exists())
    publish(SettingChanged(kind="calendar", row_id=calendar.pk, verb="created"), actor=actor)
    return calendar


@transaction.atomic
def change_calendar(
    calendar: Calendar, *, name: str, schedule: Schedule, is_default: bool = False, actor: Actor
) -> Calendar:
    """As default it takes the place of the former one; that it is the default is ended only by another."""
    _one_at_a_time()
    calendar = _present(calendar)
    _require_free_name(name, besides=calendar)
    calendar.name = name
    _write(calendar, schedule, is_default=is_default or calendar.is_default)
    publish(SettingChanged(kind="calendar", row_id=calendar.pk), actor=actor)
    return calendar


@transaction.atomic
def delete_calendar(calendar: Calendar, *, actor: Actor) -> None:
    """Refused while it is the organisation's or something goes by it."""
    _one_at_a_time()
    calendar = _present(calendar)
    if calendar.is_default:
        raise Refusal(_("This is the organisation's calendar. Make another one the organisation's first."))
    teams = ", ".join(Team.objects.filter(calendar=calendar).order_by("name").values_list("name", flat=True))
    if teams:
        raise Refusal(_("These teams go by this calendar: %(teams)s. Give them another one first.") % {"teams": teams})
    row_id = calendar.pk
    try:
        calendar.delete()
    except ProtectedError:
        raise Refusal(_("Something still goes by this calendar.")) from None
    publish(SettingChanged(kind="calendar", row_id=row_id, verb="deleted"), actor=actor)


def create_first_calendar(time_zone: str) -> Calendar:
    """Monday to Friday, nine to six, named in the present language."""
    schedule = Schedule(time_zone, MONDAY_TO_FRIDAY)
    return create_calendar(name=_("Office hours"), schedule=schedule, actor=SYSTEM)


def _one_at_a_time() -> None:
    """Calendars are changed rarely and read often: two changes wait for one another, nobody who reads waits."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE parties_calendar IN SHARE ROW EXCLUSIVE MODE")


def _write(calendar: Calendar, schedule: Schedule, *, is_default: bool) -> None:
    calendar.time_zone, calendar.is_always_open = schedule.time_zone, schedule.is_always_open
    calendar.country, calendar.region = schedule.country, schedule.region
    if is_default:
        Calendar.objects.filter(is_default=True).exclude(pk=calendar.pk).update(is_default=False)
    calendar.is_default = is_default
    calendar.full_clean()
    calendar.save()
    calendar.hours.all().delete()
    calendar.days.all().delete()
    days = CalendarDay.objects.bulk_create(
        CalendarDay(calendar=calendar, on=day.on, name=day.name) for day in schedule.days
    )
    week = [] if schedule.is_always_open else schedule.week
    rows = [{"weekday": weekday, "hours": hours} for weekday, hours in enumerate(week)]
    rows += [{"day": row, "hours": day.hours} for row, day in zip(days, schedule.days, strict=True)]
    CalendarHours.objects.bulk_create(
        CalendarHours(calendar=calendar, weekday=row.get("weekday"), day=row.get("day"), start=start, end=end)
        for row in rows
        for start, end in row["hours"]
    )


def _present(calendar: Calendar) -> Calendar:
    present = Calendar.objects.select_for_update().filter(pk=calendar.pk).first()
    if present is None:
        raise Refusal(_("This calendar was deleted meanwhile."))
    return present


def _require_free_name(name: str, besides: Calendar | None = None) -> None:
    if Calendar.objects.filter(name__iexact=name).exclude(pk=besides and besides.pk).exists():
        raise Refusal(_("There is a calendar of this name already."))
