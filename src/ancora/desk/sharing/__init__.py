"""Shared drafts at the desk: with whom, who has the pen, what the others read, what differs when a save came late."""
