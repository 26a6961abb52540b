"""Whether a case has waited too long, in working time: nobody is woken at night for what came in then."""

from datetime import datetime, timedelta
from functools import cached_property

from ancora.parties.calendar_queries import calendar_of, working_time_of
from ancora.parties.models import Team
from ancora.parties.working_time import WorkingTime


class Patience:
    """That of a team, by its calendar or the organisation's; round the clock where there is none. The calendar is read
    once, and only when some case has waited so long on the wall clock."""

    def __init__(self, team_id: int, now: datetime):
        self._team_id, self._now = team_id, now

    def is_out(self, since: datetime, minutes: int | None) -> bool:
        """None: there is no end to it."""
        if minutes is None or since + timedelta(minutes=minutes) > self._now:
            return False
        return self._working_time.between(since, self._now) >= timedelta(minutes=minutes)

    @cached_property
    def _working_time(self) -> WorkingTime:
        return working_time_of(calendar_of(Team.objects.select_related("calendar").get(pk=self._team_id)))
