"""How long people are away."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext as _

from ancora.desk.moments import MONDAY, MORNING, Moment
from ancora.platform import clock


def absences() -> list[Moment]:
    """For half an hour, one, two; until tomorrow and next Monday at nine in the morning."""
    here = localtime(clock.now()).replace(second=0, microsecond=0)
    tomorrow = here.date() + timedelta(days=1)
    monday = tomorrow + timedelta(days=(MONDAY - tomorrow.weekday()) % 7)
    found = [
        Moment(_("for half an hour"), here + timedelta(minutes=30)),
        Moment(_("for one hour"), here + timedelta(hours=1)),
        Moment(_("for two hours"), here + timedelta(hours=2)),
        Moment(_("until tomorrow morning"), make_aware(datetime.combine(tomorrow, MORNING))),
    ]
    if monday != tomorrow:
        found.append(Moment(_("until Monday morning"), make_aware(datetime.combine(monday, MORNING))))
    return found
