"""What the desk's templates draw by `{% load desk %}`."""

from django import template
from django.utils.translation import get_language_info

from ancora.desk import drawing, prose, sizes

register = template.Library()
register.filter("paragraphs", prose.paragraphs)
register.filter("size", sizes.spoken_size)
register.filter("capped", sizes.capped)


@register.simple_tag
def case_rows(cases, shelf, is_update=False):
    return drawing.rows(cases, shelf.query, is_update=is_update)


@register.simple_tag
def hit_rows(hits):
    return drawing.hits(hits)


@register.simple_tag
def other_cases(cases):
    return drawing.others(cases)


@register.simple_tag(takes_context=True)
def timeline_entries(context, entries):
    return drawing.entries(context["user"], entries)


@register.filter
def language(code: str) -> str:
    """The name of a language in the reader's language; an unknown code stays."""
    try:
        return get_language_info(code)["name_translated"]
    except KeyError:
        return code
