"""Who does work: departments and teams, with the people in them, and third parties; and when: their calendars.

A person may be in several teams; a team that still has work or a past is switched off, never deleted. A third party is
an outside firm, known by its mail address. One calendar is
the organisation's: it counts for every team that has none of its own. Words: *hours* belong to a weekday, or to a
*special day*, which wins over public holidays and those over the week; a *schedule* is all that a calendar says;
*working time* (`working_time`) answers questions about it.
"""
