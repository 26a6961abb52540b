"""Numbers of bytes and of cases as a person would say them."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _


def spoken_size(count: int) -> str:
    """Bytes with one decimal below ten of a unit, none above."""
    for unit, factor in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= factor:
            return f"{number_format(count / factor, 1 if count < 10 * factor else 0)}\u00a0{unit}"
    return _("%(count)s bytes") % {"count": count}


def capped(count: int | None) -> str:
    """A number of cases as the queues show it: nothing for none, 999+ from a thousand on."""
    return "" if not count else ("999+" if count > 999 else str(count))
