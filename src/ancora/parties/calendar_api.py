"""Calendars, for programs: what they say, whether it is open, when work is due."""

from datetime import date, datetime, timedelta
from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema
from pydantic import AwareDatetime

from ancora.parties.calendar_queries import calendar_with_schedule, calendars_with_schedules
from ancora.parties.models import Calendar
from ancora.parties.opening_text import write_hours
from ancora.parties.schedule import Schedule
from ancora.parties.working_time import FIRST, LAST, NotReached
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.http.programs import PROBLEMS

router = Router(tags=["calendars"])
A_YEAR_OF_MINUTES = 366 * 24 * 60


class SpecialDayOut(Schema):
    """`hours`: as in a week; empty is closed."""

    on: date
    name: str
    hours: str


class CalendarOut(Schema):
    """`week`: the hours of each day from Monday on, such as `09:00–13:00, 14:00–18:00`; empty is closed, an end before
    the beginning is on the next day. `country` and `region`: whose public holidays it is closed on, as codes.
    `is_default`: the organisation's, for all teams without one of their own."""

    id: int
    name: str
    is_default: bool
    time_zone: str
    is_always_open: bool
    week: list[str]
    country: str
    region: str
    special_days: list[SpecialDayOut]


class OpenQuery(Schema):
    """`at`: now, when it is left out."""

    at: AwareDatetime | None = None


class OpenOut(Schema):
    """`opens_at`: when it is open next, `at` itself when it is; null when nothing opens within two years. `closes_at`:
    when it is closed next, in the same way."""

    at: datetime
    is_open: bool
    opens_at: datetime | None
    closes_at: datetime | None


class DueQuery(Schema):
    """`from`: a moment with its offset · `minutes` of working time, at most those of a year."""

    since: Annotated[AwareDatetime, Field(alias="from")]
    minutes: Annotated[int, Field(ge=0, le=A_YEAR_OF_MINUTES)]


class DueOut(Schema):
    """The first moment by which so many minutes of working time have passed."""

    due_at: datetime


@router.get("", response={200: list[CalendarOut], **PROBLEMS}, summary="All calendars")
def list_calendars(request):
    return [_out(calendar, schedule) for calendar, schedule in calendars_with_schedules(request.user)]


@router.get("/{int:pk}", response={200: CalendarOut, **PROBLEMS}, summary="One calendar")
def get_calendar(request, pk: int):
    return _out(*calendar_with_schedule(request.user, pk))


@router.get("/{int:pk}/is_open", response={200: OpenOut, **PROBLEMS}, summary="Whether it is open at a moment")
def get_is_open(request, pk: int, query: Query[OpenQuery]):
    working_time = calendar_with_schedule(request.user, pk)[1].working_time()
    at = _of_this_age(query.at or clock.now())
    return OpenOut(
        at=at,
        is_open=working_time.is_open(at),
        opens_at=working_time.next_opening(at),
        closes_at=working_time.next_closing(at),
    )


@router.get("/{int:pk}/due_at", response={200: DueOut, **PROBLEMS}, summary="When so much working time has passed")
def get_due_at(request, pk: int, query: Query[DueQuery]):
    """Refused (422) when the calendar does not hold so much: nothing opens within two years, or it takes more than
    five."""
    working_time = calendar_with_schedule(request.user, pk)[1].working_time()
    try:
        return DueOut(due_at=working_time.due(_of_this_age(query.since), timedelta(minutes=query.minutes)))
    except NotReached:
        raise Refusal(_("This calendar does not hold so much working time after that moment.")) from None


def _of_this_age(moment: datetime) -> datetime:
    if not FIRST < moment < LAST:
        raise Refusal(_("Calendars go from 1970 to 2199."))
    return moment


def _out(calendar: Calendar, schedule: Schedule) -> CalendarOut:
    return CalendarOut(
        id=calendar.pk,
        name=calendar.name,
        is_default=calendar.is_default,
        time_zone=schedule.time_zone,
        is_always_open=schedule.is_always_open,
        week=[write_hours(hours) for hours in schedule.week],
        country=schedule.country,
        region=schedule.region,
        special_days=[SpecialDayOut(on=day.on, name=day.name, hours=write_hours(day.hours)) for day in schedule.days],
    )
