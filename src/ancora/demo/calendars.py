"""When the demo company is at work: office hours in Turin, and a weekend service that one team has."""

from datetime import date

from ancora.parties.calendar_commands import MONDAY_TO_FRIDAY, create_calendar
from ancora.parties.models import Team
from ancora.parties.opening_text import SpecialDay, read_hours
from ancora.parties.schedule import Schedule
from ancora.platform.events.actors import SYSTEM

ZONE = "Europe/Rome"
WEEKEND_TEAM = "Repairs"


def open_calendars(year: int) -> None:
    """Both calendars, with the special days of this year."""
    christmas_eve = SpecialDay(date(year, 12, 24), "Christmas Eve", read_hours("09:00–13:00"))
    new_years_eve = SpecialDay(date(year, 12, 31), "Stocktaking")
    office = Schedule(ZONE, MONDAY_TO_FRIDAY, country="IT", region="TO", days=(christmas_eve, new_years_eve))
    create_calendar(name="Office hours", schedule=office, actor=SYSTEM)
    weekend = (read_hours("10:00–13:00, 15:00–19:00"),) * 2
    week = (*MONDAY_TO_FRIDAY[:4], read_hours("09:00–19:00"), *weekend)
    service = create_calendar(name="Weekend service", schedule=Schedule(ZONE, week, country="IT"), actor=SYSTEM)
    Team.objects.filter(name=WEEKEND_TEAM).update(calendar=service)
