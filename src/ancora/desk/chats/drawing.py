"""How far a line of ours has got, as a sign in the timeline."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancora.conversations.models import ChatLine
from ancora.platform.ui.templatetags.ui import icon


def line_state(line: ChatLine) -> str:
    """sent: it is in the chat · delivered: on a screen of the visitor · read: somebody looked at it."""
    if line.read_at is not None:
        return "read"
    return "delivered" if line.delivered_at is not None else "sent"


def state_words() -> dict[str, str]:
    """By state, also those that only the browser knows."""
    return {
        "sending": _("sending"),
        "unsent": _("not sent"),
        "sent": pgettext("a line of a chat", "sent"),
        "delivered": _("delivered"),
        "read": _("read"),
    }


def line_sign(state: str) -> str:
    return f'<span class="sending {state}">{icon("check")}{state_words()[state]}</span>'
