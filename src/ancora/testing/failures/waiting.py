"""Waiting for what the worker does, however busy the machine is."""

from ancora.conversations.channels.email.tests import living

PATIENCE = 120


def until(condition, seconds: float = PATIENCE):
    """What `condition` gives as soon as it gives something."""
    return living.until(condition, seconds)
