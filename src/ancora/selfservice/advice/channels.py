"""The channels of which advice knows, in words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancora.conversations.models import ChannelAccount

# As they stand in a case; for administrators.
LABELS = {"chat": _("Chat"), "email": _("E-mail"), "phone": pgettext_lazy("channel", "Phone"), "webhook": _("Webhook")}
# As a customer reads them; others by the name of their account.
NAMES = {"chat": _("Here in the chat"), "email": _("By e-mail"), "phone": _("By phone")}


def channels_in_words() -> dict[str, str]:
    """Those for which there may be rules: the known ones, and those of adapters that somebody added."""
    others = ChannelAccount.objects.exclude(kind__in=LABELS).order_by("kind").values_list("kind", flat=True).distinct()
    return {**{channel: str(label) for channel, label in LABELS.items()}, **{kind: kind for kind in others}}
