"""Days and moments in words of the reader's language."""

import functools

from django.utils.formats import date_format
from django.utils.timezone import is_aware, localtime
from django.utils.translation import get_language


def spoken(moment, form: str) -> str:
    """A day, or a moment in the reader's zone, in the form of Django's `date` filter."""
    here = localtime(moment) if hasattr(moment, "hour") and is_aware(moment) else moment
    return spoken_in(get_language(), here, form)


@functools.lru_cache(maxsize=4096)
def spoken_in(language: str | None, here, form: str) -> str:
    """As `spoken`, of what is local already; the language is an argument so that each keeps its own."""
    words = date_format(here, form)
    # Italian writes days and months small; Django's catalogue writes them large.
    return words.lower() if language and language.startswith("it") else words
