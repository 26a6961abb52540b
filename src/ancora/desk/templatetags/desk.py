"""What the desk's templates say about texts, sizes and numbers."""

from django import template
from django.utils.formats import number_format
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from ancora.desk import prose

register = template.Library()
register.filter("paragraphs", prose.paragraphs)
register.filter("marked", prose.marked)


@register.filter
def size(count: int) -> str:
    """Bytes in the unit a person would say."""
    for unit, factor in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= factor:
            return f"{number_format(count / factor, 1 if count < 10 * factor else 0)}\u00a0{unit}"
    return _("%(count)s bytes") % {"count": count}


@register.filter
def capped(count: int | None) -> str:
    """A number of cases as the queues show it: nothing for none, 999+ from a thousand on."""
    return "" if not count else ("999+" if count > 999 else str(count))


@register.filter
def language(code: str) -> str:
    """The name of a language in the reader's language; an unknown code stays."""
    try:
        return get_language_info(code)["name_translated"]
    except KeyError:
        return code


@register.filter
def second(at) -> str:
    """A moment as the whole second since 1970."""
    return str(int(at.timestamp()))
