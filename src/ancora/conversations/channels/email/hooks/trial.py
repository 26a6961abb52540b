"""A hook tried out: Ancora posts to its own public address, as the provider would, and nothing comes of it."""

from urllib.parse import urlsplit

import httpx
from django.db import connection
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.hooks import provider_of
from ancora.conversations.channels.email.hooks.place import address_of
from ancora.conversations.channels.email.hooks.provider import Provider, Refused, Trial
from ancora.conversations.channels.email.hooks.road import TRIAL, trial_mark
from ancora.conversations.models import InboundHook
from ancora.conversations.trying import TriedStep
from ancora.platform.keys import KeyChanged

SECONDS = 10
_HERE = ("localhost", "127.0.0.1", "::1")


def try_hook(hook: InboundHook) -> list[TriedStep]:
    """What each step met, in words for an administrator; ends at the first one that fails."""
    provider = provider_of(hook)
    steps = [_address(hook)]
    if steps[-1].ok:
        steps.append(_keys(provider))
    if steps[-1].ok:
        steps.append(_post(hook, provider))
    return steps


def _address(hook: InboundHook) -> TriedStep:
    name, parts = _("Public address"), urlsplit(address_of(hook))
    if not parts.hostname:
        words = _("Ancora does not know its own address. Write the public address in the settings of the organisation.")
        return TriedStep(name, False, words)
    if parts.scheme != "https" and parts.hostname not in _HERE:
        words = _("%(host)s is without https: mail would be readable on its way, and most providers refuse it.")
        return TriedStep(name, False, words % {"host": parts.hostname})
    return TriedStep(name, True, parts.hostname)


def _keys(provider: Provider) -> TriedStep:
    name = _("Keys")
    try:
        if provider.needs_secret:
            provider.required_secret()
        provider.trial()
        access_key = provider.hook.access_key
    except Refused as refused:
        return TriedStep(name, False, str(refused))
    except KeyChanged:
        words = _("The stored keys cannot be read: this installation has another key than before. Type them anew.")
        return TriedStep(name, False, words)
    except ValueError:
        return TriedStep(name, False, _("The key on this page cannot be used to sign. Copy it whole."))
    if provider.access_key_name and not access_key:
        words = _("The field “%(field)s” is empty: what the provider only names cannot be fetched.")
        return TriedStep(name, False, words % {"field": provider.access_key_name})
    if not provider.needs_secret and not provider.hook.secret:
        return TriedStep(name, True, _("None is needed: the secret address is the proof."))
    return TriedStep(name, True, _("All are there."))


def _post(hook: InboundHook, provider: Provider) -> TriedStep:
    name = _("A trial post to the public address")
    trial = provider.trial()
    # The pool is small, and we wait for ourselves.
    connection.close()
    try:
        answer = _posted(hook, trial or Trial(b"{}"))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        words = _(
            "From this machine the public address cannot be reached (%(reason)s). If others reach it, this is no fault."
        )
        return TriedStep(name, False, words % {"reason": type(error).__name__})
    if trial is None and answer.status_code == 403:
        words = _(
            "It arrived, and was refused because it is not signed. Only %(provider)s can sign: send a mail to try that."
        )
        return TriedStep(name, True, words % {"provider": hook.get_provider_display()})
    if answer.status_code == 200 and answer.text.strip() == "trial":
        return TriedStep(name, True, _("It arrived and was proved. Nothing was stored."))
    words = _(
        "Something else answers there (%(code)s). Compare the public address, and what stands in front of Ancora."
    )
    return TriedStep(name, False, words % {"code": answer.status_code})


def _posted(hook: InboundHook, trial: Trial) -> httpx.Response:
    headers = {**dict(trial.headers), "Content-Type": trial.content_type, TRIAL: trial_mark(hook)}
    return httpx.post(address_of(hook), content=trial.body, headers=headers, timeout=SECONDS)
