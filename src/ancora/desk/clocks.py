"""Clocks as HTML: how much time is left, in words; `clocks.js` keeps them right while the page is open."""

from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ancora.cases.models import Case
from ancora.cases.service_levels.reading import Hand, hands_of
from ancora.platform import clock
from ancora.platform.ui.dates import spoken
from ancora.platform.ui.templatetags.ui import icon

_WEIGHTS = {"late": " bad", "near": " warn", "calm": "", "paused": ""}


def clocks_of(case: Case) -> SafeString:
    """Every clock of a case, for its head."""
    return mark_safe("".join(_drawn(one, in_short=False) for one in hands_of(case)))  # noqa: S308


def soonest_of(case: Case) -> str:
    """The clock that runs out first, for a row of a list; nothing when none runs."""
    running = [one for one in hands_of(case) if one.due_at]
    return _drawn(running[0], in_short=True) if running else ""


def spoken_length(minutes: int) -> str:
    """`45 min`, `2 h 10 min`, `3 d 4 h`."""
    hours, rest = divmod(max(0, minutes), 60)
    if hours >= 24:
        return _("%(days)d d %(hours)d h") % {"days": hours // 24, "hours": hours % 24}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest} if hours else f"{rest} min"


def _drawn(one: Hand, *, in_short: bool) -> str:
    if one.due_at is None:
        return _still(one)
    now, state = clock.now(), one.state
    ahead, late = (_("%(time)s left"), _("%(time)s late")) if in_short else _words(one)
    minutes = int(abs((one.due_at - now).total_seconds()) // 60)
    text = (late if state == "late" else ahead) % {"time": spoken_length(minutes)}
    exact = _("%(clock)s due %(moment)s") % {"clock": one.label, "moment": spoken(one.due_at, "j F Y, H:i")}
    told = {
        "due": one.due_at.isoformat(),
        "warns": one.warns_at.isoformat() if one.warns_at else "",
        "ahead": ahead % {"time": "{}"},
        "late": late % {"time": "{}"},
        "days": _("%(days)d d %(hours)d h") % {"days": 0, "hours": 0},
    }
    data = "".join(f' data-{name}="{escape(value)}"' for name, value in told.items())
    return (
        f'<span class="tag clock{_WEIGHTS[state]}" title="{escape(exact)}"{data}>'
        f"{icon('clock')}<span>{escape(text)}</span></span>"
    )


def _still(one: Hand) -> str:
    if one.paused_since is None:
        words = _("%(clock)s: no working hours ahead") % {"clock": one.label}
        return f'<span class="tag clock">{icon("clock")}<span>{escape(words)}</span></span>'
    length = spoken_length(int(one.stood_still.total_seconds() // 60))
    words = _("%(clock)s paused %(time)s, waiting for the customer") % {"clock": one.label, "time": length}
    since = _("Paused since %(moment)s") % {"moment": spoken(one.paused_since, "j F Y, H:i")}
    return f'<span class="tag clock paused" title="{escape(since)}">{icon("clock")}<span>{escape(words)}</span></span>'


def _words(one: Hand) -> tuple[str, str]:
    label = {"clock": one.label, "time": "%(time)s"}
    return _("%(clock)s due in %(time)s") % label, _("%(clock)s late by %(time)s") % label
