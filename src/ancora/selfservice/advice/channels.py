"""The channels of which advice knows, in words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# As they stand in a case; for administrators.
LABELS = {"chat": _("Chat"), "email": _("E-mail"), "phone": pgettext_lazy("channel", "Phone"), "webhook": _("Webhook")}
# As a customer reads them; others by the name of their account.
NAMES = {"chat": _("Here in the chat"), "email": _("By e-mail"), "phone": _("By phone")}
