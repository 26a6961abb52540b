"""What the pages of the team's load draw by `{% load team %}`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime

from ancora.desk import clocks
from ancora.desk.team import standing
from ancora.platform import clock
from ancora.platform.ui.dates import spoken

register = template.Library()
for words in (standing.state_words, standing.room_words, standing.is_full, standing.load_words):
    register.filter(words.__name__, words)


@register.filter
def soonest_clock(case):
    """The clock that runs out first, if one runs."""
    return mark_safe(clocks.soonest_of(case))  # noqa: S308


@register.simple_tag
def waited(since) -> str:
    """For how long, with the exact moment on hover."""
    if since is None:
        return "–"
    minutes = int((clock.now() - since).total_seconds() // 60)
    exact = spoken(since, "l j F Y, H:i")
    moment = localtime(since).isoformat(timespec="minutes")
    return format_html('<time datetime="{}" title="{}">{}</time>', moment, exact, clocks.spoken_length(minutes))
