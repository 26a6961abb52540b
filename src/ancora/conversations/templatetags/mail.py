"""`{% load mail %}`: what happens to mail, in words and colours."""

from datetime import timedelta

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ancora.conversations.channels.email.oauth.providers import KINDS
from ancora.conversations.models import Arrival, Mailbox, Message, ProviderKind

register = template.Library()

_OUTCOMES = {
    "opened": gettext_lazy("new case"),
    "appended": gettext_lazy("added to its case"),
    "duplicate": gettext_lazy("was here already"),
    "bounce": gettext_lazy("delivery report"),
    "auto_reply": gettext_lazy("automatic answer"),
    "receipt": gettext_lazy("receipt"),
    "ignored": gettext_lazy("left out"),
    "quarantined": gettext_lazy("in quarantine"),
    "pending": gettext_lazy("to be read"),
}
_RUNGS = {
    "token": gettext_lazy("reply token"),
    "in_reply_to": "In-Reply-To",
    "references": "References",
    "subject": gettext_lazy("number in the subject"),
    "thread": gettext_lazy("conversation of the other side"),
    "new": "",
}
_TONES = {"accepted": "good", "delivered": "good", "bounced": "bad", "failed": "bad", "unknown": "warn"}


@register.filter
def outcome_name(outcome: str) -> str:
    return str(_OUTCOMES.get(outcome, outcome))


@register.filter
def became(arrival: Arrival) -> str:
    """What became of an arrival."""
    return outcome_name(arrival.outcome if arrival.state == "done" else arrival.state)


@register.filter
def writer(message: Message | None) -> str:
    return (message and (message.from_name or message.from_address)) or "–"


@register.filter
def rung_name(rung: str) -> str:
    return str(_RUNGS.get(rung, rung))


@register.filter
def tone(state: str) -> str:
    """The colour of a state of sending."""
    return _TONES.get(state, "")


@register.filter
def provider_name(mailbox: Mailbox) -> str:
    """Whom a mailbox signs in with."""
    kind = KINDS.get(mailbox.sign_in, "")
    return ProviderKind(kind).label if kind in (ProviderKind.GOOGLE, ProviderKind.MICROSOFT) else _("the provider")


@register.filter
def time_left(left: timedelta | None) -> str:
    """About how long something still takes."""
    if left is None:
        return ""
    minutes = round(left.total_seconds() / 60)
    if minutes < 1:
        return _("less than a minute left")
    if minutes < 120:
        return ngettext("about %(count)d minute left", "about %(count)d minutes left", minutes) % {"count": minutes}
    hours = round(minutes / 60)
    return ngettext("about %(count)d hour left", "about %(count)d hours left", hours) % {"count": hours}
