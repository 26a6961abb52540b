"""`{% load ui %}`: icons, moments, avatars, the person's theme."""

import functools
from unicodedata import bidirectional

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ancora.platform import clock
from ancora.platform.ui.banners import banners_for
from ancora.platform.ui.dates import spoken, spoken_in
from ancora.platform.ui.navigation import settings_links as registered_links

register = template.Library()
register.filter("spoken", spoken)

THEMES = ("light", "dark", "contrast")
# Days before months, a clock of 24 hours: in every language of the desk.
EXACT_DAY = "l j F Y"


@register.simple_tag
@functools.lru_cache(maxsize=512)
def icon(name: str, label: str = "") -> str:
    """An icon of the sprite; decoration unless it has a label."""
    address = static("ui/icons.svg")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', label, address, name
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', address, name)


@register.filter
def isolated(words: str) -> str:
    """Words of a stranger inside a sentence of ours: from right to left they leave the rest alone (U+2068)."""
    turns = any(bidirectional(letter) in ("R", "AL") for letter in str(words))
    return f"\u2068{words}\u2069" if turns else words


@register.simple_tag
def when(moment, absent: str = "") -> str:
    """How long ago in short, the exact time on hover and for screen readers, in the person's zone."""
    if not moment:
        return absent
    zone, language, now = get_current_timezone(), get_language(), clock.now()
    here, machine, exact = _exactly(moment, zone, language)
    minutes = int((now - moment).total_seconds() // 60)
    # Young times grow old while the page is open: when.js keeps those right.
    young = f' data-minutes="{minutes}"' if 0 <= minutes < 60 else ""
    # Digits and words of our own catalogue only: nothing to escape, and a page shows hundreds of times.
    return SafeString(
        f'<time datetime="{machine}" title="{exact}"{young}>'
        f'<span aria-hidden="true">{_in_short(here, minutes, now.astimezone(zone).date(), language)}</span>'
        f'<span class="visually-hidden">{exact}</span></time>'
    )


@register.simple_tag
def ago() -> str:
    """How many minutes ago, with `{}` for the number: for scripts."""
    return _("%(minutes)d min ago").replace("%(minutes)d", "{}")


@register.simple_tag
def avatar(person, kind: str = "") -> str:
    """A person's initials in a circle; the name stands beside it, so it is decoration."""
    if person is None:
        return mark_safe('<span class="avatar none" aria-hidden="true">–</span>')
    return format_html('<span class="avatar {}" aria-hidden="true">{}</span>', kind, _initials(person))


@register.simple_tag
def without_placeholders(form):
    """The form with labels only: a placeholder that repeats the label is noise."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return form


@register.tag
def constant(parser, token) -> "Constant":
    """`{% constant %}…{% endconstant %}`: what depends on nothing but the language is drawn once for each."""
    inside = parser.parse(("endconstant",))
    parser.delete_first_token()
    return Constant(inside)


class Constant(template.Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist
        self._drawn: dict[str | None, str] = {}

    def render(self, context) -> str:
        language = get_language()
        if language not in self._drawn:
            self._drawn[language] = self.nodelist.render(context)
        return self._drawn[language]


@register.simple_tag(takes_context=True)
def theme(context) -> str:
    """light, dark, contrast or nothing (as the system says), from the cookie that theme.js keeps."""
    request = context.get("request")
    chosen = request.COOKIES.get("ancora_theme", "") if request else ""
    return chosen if chosen in THEMES else ""


@register.simple_tag(takes_context=True)
def banners(context) -> str:
    """What stands above the page, for signed-in people."""
    request = context.get("request")
    if request is None or not getattr(request, "user", None) or not request.user.is_authenticated:
        return ""
    return format_html_join("", "{}", ((html,) for html in banners_for(request)))


@register.simple_tag(takes_context=True)
def settings_links(context):
    """The settings' navigation, as far as the person may see it."""
    return registered_links(context["request"])


@functools.lru_cache(maxsize=4096)
def _exactly(moment, zone, language: str | None):
    """(the moment in this zone, as machines read it, in words); a page shows hundreds, the same each time."""
    here = localtime(moment, zone)
    words = f"{spoken_in(language, here.date(), EXACT_DAY)}, {here:%H:%M}"
    return here, here.isoformat(timespec="seconds"), words


def _in_short(here, minutes: int, today, language: str | None) -> str:
    day = here.date()
    days = (today - day).days
    if days >= 7:
        return spoken_in(language, day, "j M" if day.year == today.year else "j M Y")
    clock_time = f"{here:%H:%M}"
    if minutes < 0:
        return clock_time if days == 0 else f"{spoken_in(language, day, 'j M Y')} {clock_time}"
    if minutes == 0:
        return _("now")
    if minutes < 60:
        return _("%(minutes)d min ago") % {"minutes": minutes}
    if days == 0:
        return clock_time
    if days == 1:
        return _("yesterday %(time)s") % {"time": clock_time}
    return f"{spoken_in(language, day, 'D')} {clock_time}"


def _initials(person) -> str:
    initials = getattr(person, "initials", None)
    if initials is not None:
        return initials
    words = str(person).split() or ["?"]
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()
