"""A post on its way: proved, understood, committed, and only then answered with 200."""

import hashlib
import logging
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.hooks import provider_of
from ancora.conversations.channels.email.hooks.proofs import wrong_signature
from ancora.conversations.channels.email.hooks.provider import NotNow, Provider, Refused, Reported
from ancora.conversations.commands.hooks import note_refusal, take_posted, take_unreadable
from ancora.conversations.models import InboundHook
from ancora.platform.keys import KeyChanged, is_signed, sign

log = logging.getLogger("ancora.hooks")
# Some give a mail of 35 MB whole and its attachments once more, a third longer in JSON.
MOST_BYTES = 100_000_000
TRIAL = "Ancora-Trial"


@dataclass(frozen=True, slots=True)
class Answer:
    """code: the HTTP status · words: few, for whoever looks at the provider's log; never of a mail."""

    code: int
    words: str

    @property
    def is_refusal(self) -> bool:
        """Somebody sent what may not come in: too many of those, and nothing is looked at any more."""
        return self.code in (401, 403, 404)


def hook_with(token: str) -> InboundHook | None:
    """The hook in use at this secret address."""
    digest = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
    return InboundHook.objects.select_related("mailbox").filter(token_digest=digest, is_active=True).first()


def take(hook: InboundHook, request: HttpRequest) -> Answer:
    """Everything that was posted, or nothing of it. What is wrong is written down on the hook."""
    try:
        body = _whole_body(request)
        return _taken(hook, request, body)
    except Refused as refused:
        return _refused(hook, request, str(refused), refused.code)
    except NotNow as trouble:
        return _refused(hook, request, str(trouble), 503)
    except KeyChanged:
        words = _("The stored keys cannot be read: this installation has another key than before. Type them anew.")
        return _refused(hook, request, words, 503)


def trial_mark(hook: InboundHook) -> str:
    """What tells a trial of ours from a post: it is proved, and nothing comes of it."""
    return sign("hook-trial", hook.token_digest)


def _taken(hook: InboundHook, request: HttpRequest, body: bytes) -> Answer:
    provider = provider_of(hook)
    _prove(provider, request)
    if _is_trial(hook, request):
        return Answer(200, "trial")
    topic = provider.confirm(request)
    if _is_report(provider, request):
        take_posted(hook, reports=_reports(provider, request), topic=topic)
        return Answer(200, "taken")
    try:
        mails = provider.mails(request)
    except (Refused, NotNow, OperationalError, InterfaceError):
        raise
    except Exception as error:
        # Its words may hold what was posted.
        log.error("A post of %s could not be understood: %s", hook.provider, type(error).__name__)
        take_unreadable(hook, body, trouble=type(error).__name__)
        return Answer(200, "kept")
    take_posted(hook, mails=mails, topic=topic)
    return Answer(200, "taken")


def _prove(provider: Provider, request: HttpRequest) -> None:
    try:
        provider.prove(request)
    except (Refused, NotNow, KeyChanged, OperationalError, InterfaceError):
        raise
    except Exception as error:
        raise wrong_signature() from error


def _is_report(provider: Provider, request: HttpRequest) -> bool:
    try:
        return provider.is_report(request)
    except Exception as error:
        raise Refused(_("The post is neither mail nor a report of the provider."), 400) from error


def _reports(provider: Provider, request: HttpRequest) -> list[Reported]:
    try:
        return provider.reports(request)
    except Refused:
        raise
    except Exception as error:
        raise Refused(_("The report cannot be understood."), 400) from error


def _whole_body(request: HttpRequest) -> bytes:
    """Read here, because a mail may be larger than any form of ours."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise Refused(_("The post is larger than a mail may be."), 413)
    request._body = request.read(MOST_BYTES + 1)
    if len(request._body) > MOST_BYTES:
        raise Refused(_("The post is larger than a mail may be."), 413)
    return request._body


def _is_trial(hook: InboundHook, request: HttpRequest) -> bool:
    return is_signed("hook-trial", hook.token_digest, request.headers.get(TRIAL, ""))


def _refused(hook: InboundHook, request: HttpRequest, words: str, code: int) -> Answer:
    if not _is_trial(hook, request):
        log.warning("A post of %s was refused (%s)", hook.provider, code)
        note_refusal(hook, words)
    return Answer(code, words)
