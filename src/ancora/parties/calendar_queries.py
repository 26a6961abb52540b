"""Which calendars there are, and what they say."""

from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet
from django.http import Http404

from ancora.parties.models import Calendar, Team
from ancora.parties.opening_text import SpecialDay
from ancora.parties.schedule import Schedule
from ancora.parties.working_time import ROUND_THE_CLOCK, Hours, WorkingTime
from ancora.platform.accounts.queries import current_organisation


def calendars(viewer) -> QuerySet[Calendar]:
    """All calendars, the organisation's first, then by name."""
    return Calendar.objects.order_by("-is_default", "name", "id")


def calendars_with_schedules(viewer) -> list[tuple[Calendar, Schedule]]:
    """All calendars with what they say, and `team_count` of the teams that go by each, in a constant number of
    queries."""
    counts = dict(Team.objects.filter(calendar__isnull=False).values_list("calendar").annotate(Count("id")).order_by())
    found = list(_whole(calendars(viewer)))
    for calendar in found:
        calendar.team_count = counts.get(calendar.pk, 0)
    return [(calendar, schedule_of(calendar)) for calendar in found]


def calendar_with_schedule(viewer, pk: int) -> tuple[Calendar, Schedule]:
    """One calendar, for everybody who works here; not there → 404."""
    calendar = _whole(calendars(viewer)).filter(pk=pk).first()
    if calendar is None:
        raise Http404("No such calendar.")
    return calendar, schedule_of(calendar)


def calendar_for(viewer, pk: int) -> tuple[Calendar, Schedule]:
    """One calendar to be changed by an administrator; not yours → 404."""
    if not viewer.is_administrator:
        raise Http404("For administrators.")
    return calendar_with_schedule(viewer, pk)


def calendar_of(team: Team | None) -> Calendar | None:
    """The team's own, else the organisation's; None while there is none."""
    if team and team.calendar_id:
        return team.calendar
    return Calendar.objects.filter(is_default=True).first()


def working_time_of(calendar: Calendar | None) -> WorkingTime:
    """The hours of a calendar; round the clock, in the organisation's zone, where there is none."""
    if calendar is None:
        return WorkingTime(ZoneInfo(current_organisation().time_zone), ROUND_THE_CLOCK)
    return schedule_of(calendar).working_time()


def schedule_of(calendar: Calendar) -> Schedule:
    """What the rows of a calendar say."""
    week, days = [[] for _ in range(7)], {}
    for row in sorted(calendar.hours.all(), key=lambda one: one.start):
        place = days.setdefault(row.day_id, []) if row.weekday is None else week[row.weekday]
        place.append(Hours(row.start, row.end))
    return Schedule(
        time_zone=calendar.time_zone,
        week=tuple(tuple(hours) for hours in week),
        is_always_open=calendar.is_always_open,
        country=calendar.country,
        region=calendar.region,
        days=tuple(
            SpecialDay(day.on, day.name, tuple(days.get(day.pk, ())))
            for day in sorted(calendar.days.all(), key=lambda one: one.on)
        ),
    )


def _whole(found: QuerySet[Calendar]) -> QuerySet[Calendar]:
    return found.prefetch_related("hours", "days")
