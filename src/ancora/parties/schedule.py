"""What a calendar says, whether it stands in rows or was just typed into a form."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ancora.parties.opening_text import SpecialDay
from ancora.parties.public_holidays import PublicHolidays, holidays_of
from ancora.parties.working_time import ROUND_THE_CLOCK, Hours, Week, WorkingTime


@dataclass(frozen=True, slots=True)
class ScheduledDay:
    """`name` is that of the special day, else of the holiday, else empty; closed without hours."""

    on: date
    name: str
    hours: tuple[Hours, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """`week` counts only where it is not always open; `country` and `region` are those of the public holidays, on which
    it is closed also when it is always open. `days` win over both."""

    time_zone: str
    week: Week
    is_always_open: bool = False
    country: str = ""
    region: str = ""
    days: tuple[SpecialDay, ...] = ()

    def working_time(self) -> WorkingTime:
        return WorkingTime(
            ZoneInfo(self.time_zone),
            ROUND_THE_CLOCK if self.is_always_open else self.week,
            {day.on: day.hours for day in self.days},
            PublicHolidays(self.country, self.region),
        )

    def days_from(self, moment: datetime, *, count: int, language: str) -> list[ScheduledDay]:
        """So many days from the one on which `moment` falls there."""
        working_time, names = self.working_time(), {day.on: day.name for day in self.days}
        first = moment.astimezone(working_time.zone).date()
        shown = []
        for on in (first + timedelta(days=number) for number in range(count)):
            holiday = holidays_of(self.country, self.region, on.year, language).get(on, "")
            shown.append(ScheduledDay(on, names.get(on) or holiday, working_time.hours_on(on)))
        return shown
