"""Moments ahead that people choose from, in their time zone."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.timezone import is_naive, localtime, make_aware
from django.utils.translation import gettext as _

from ancora.platform import clock
from ancora.platform.errors import Refusal

MORNING, AFTERNOON = time(9), time(14)
LATER = timedelta(hours=3)
# Monday as `weekday()` counts.
MONDAY = 0


@dataclass(frozen=True, slots=True)
class Moment:
    label: str
    at: datetime

    @property
    def value(self) -> str:
        """As a form carries it."""
        return self.at.isoformat(timespec="minutes")


def later_moments() -> list[Moment]:
    """In three hours at the full quarter, tomorrow, next Monday and in a week, each at nine in the morning."""
    here = localtime(clock.now())
    tomorrow = here.date() + timedelta(days=1)
    monday = here.date() + timedelta(days=(MONDAY - here.weekday() - 1) % 7 + 1)
    found = [
        Moment(_("in three hours"), _full_quarter(here + LATER)),
        Moment(_("tomorrow morning"), _morning(tomorrow)),
        Moment(_("on Monday morning"), _morning(monday)),
        Moment(_("in a week"), _morning(here.date() + timedelta(days=7))),
    ]
    return [one for number, one in enumerate(found) if one.at not in [other.at for other in found[:number]]]


def sending_moments() -> list[Moment]:
    """When one may want to send: in an hour, this afternoon at two while that is an hour ahead, tomorrow and next
    Monday at nine in the morning."""
    here = localtime(clock.now())
    today, tomorrow = here.date(), here.date() + timedelta(days=1)
    monday = today + timedelta(days=7 - today.weekday())
    found = [Moment(_("in one hour"), here.replace(second=0, microsecond=0) + timedelta(hours=1))]
    if here.time() < time(AFTERNOON.hour - 1):
        found.append(Moment(_("this afternoon"), make_aware(datetime.combine(today, AFTERNOON))))
    found.append(Moment(_("tomorrow morning"), _morning(tomorrow)))
    if monday != tomorrow:
        found.append(Moment(_("next Monday"), _morning(monday)))
    return found


def read_moment(text: str) -> datetime:
    """The moment that a form gives, in the person's zone where it names none; `Refusal` when it is none."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return make_aware(moment) if is_naive(moment) else moment
    except (ValueError, OverflowError) as error:
        raise Refusal(_("Choose a day and a time.")) from error


def _morning(day) -> datetime:
    return make_aware(datetime.combine(day, MORNING))


def _full_quarter(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
