"""Who does work: departments and teams, with the people in them.

A person may be in several teams; a team that still has work or a past is switched off, never deleted.
"""
