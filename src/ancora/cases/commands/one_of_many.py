"""One of many that are worked off in a row: what goes wrong with it must not stop what stands behind it."""

import logging

from django.db import DataError, Error, IntegrityError
from django.utils.translation import gettext as _

log = logging.getLogger("ancora.cases")


def why_left(error: Exception) -> str:
    """Why one item was left as it was, fit for the screen; the whole story stands in the log. What is no matter of the
    item, such as a database that is away, is raised again: the row is gone on with later."""
    if isinstance(error, Error) and not isinstance(error, (IntegrityError, DataError)):
        raise error
    log.error("One of many was left as it was.", exc_info=error)
    return _("something went wrong here, and nothing was changed")
