"""Where a provider posts to."""

from django.urls import reverse

from ancora.conversations.models import InboundHook
from ancora.platform.accounts.queries import current_organisation


def address_of(hook: InboundHook) -> str:
    """The whole address with its secret part; without a public address only what follows the host."""
    from ancora.conversations.channels.email.hooks import kind_of

    path = reverse("hooks:mail", args=[hook.token]) + kind_of(hook.provider).suffix
    return current_organisation().public_address.rstrip("/") + path
