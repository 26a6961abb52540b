"""Mail that a provider posts to us (webhooks), and its reports on what we sent; a module per provider.

A *hook* is the address a provider posts to, with the secret it signs with. A provider's module says how to prove a
post, how to find the mails or reports in it, and how people set it up there.

What must always hold: a post is proved before it is understood, over the bytes as they came; a provider hears 200
only after the mails are committed; the same post again is the same arrival; what is wrong with a post is told on the
page of the hook, never in the log, and no secret or text of a mail ever is.
"""

from importlib import import_module

from ancora.conversations.channels.email.hooks.provider import Provider
from ancora.conversations.models import InboundHook


def provider_of(hook: InboundHook) -> Provider:
    """Loads only what is used: the providers' libraries take their time and memory."""
    return kind_of(hook.provider)(hook)


def kind_of(name: str) -> type[Provider]:
    return import_module(f"{__name__}.{name}").PROVIDER
