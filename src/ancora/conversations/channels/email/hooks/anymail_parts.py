"""What django-anymail knows of the providers: their signatures, the mails they take apart, their reports."""

import hashlib
import warnings
from email.encoders import encode_base64
from email.generator import BytesGenerator
from email.policy import SMTPUTF8
from io import BytesIO

from anymail.exceptions import (
    AnymailInsecureWebhookWarning,
    AnymailNotSupportedWarning,
    AnymailWebhookValidationFailure,
)
from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailTrackingEvent, EventType
from anymail.webhooks.base import AnymailCoreWebhookView

from ancora.conversations.channels.email.hooks.proofs import wrong_signature
from ancora.conversations.channels.email.hooks.provider import BOUNCED, COMPLAINED, DELIVERED, Reported

# The address holds a secret of its own; a library that a provider left is all the more needed.
for category in (AnymailInsecureWebhookWarning, AnymailNotSupportedWarning):
    warnings.filterwarnings("ignore", category=category)

KINDS = {
    EventType.DELIVERED: DELIVERED,
    EventType.BOUNCED: BOUNCED,
    EventType.REJECTED: BOUNCED,
    EventType.FAILED: BOUNCED,
    EventType.COMPLAINED: COMPLAINED,
}
_AS_IT_IS = SMTPUTF8.clone(max_line_length=None, refold_source="none")


def require_valid(view: AnymailCoreWebhookView, request) -> None:
    """By the view's own checks; a post they cannot even read is not signed either."""
    try:
        view.run_validators(request)
    except AnymailWebhookValidationFailure as error:
        raise wrong_signature() from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise wrong_signature() from error


def rebuilt(message: AnymailInboundMessage) -> bytes:
    """A mail put together again from its pieces; the same pieces give the same bytes."""
    # Of the whole mail as it was; what is written below is another.
    del message["Content-Transfer-Encoding"]
    seed = hashlib.sha256(repr(message.items()).encode("utf-8", "surrogatepass")).hexdigest()[:40]
    for number, part in enumerate(message.walk()):
        if part.get_content_maintype() == "multipart":
            part.set_boundary(f"=={number}-{seed}==")
        elif not part.is_multipart() and "Content-Transfer-Encoding" not in part:
            # Written as it is, its line ends would become others.
            encode_base64(part)
    written = BytesIO()
    BytesGenerator(written, mangle_from_=False, policy=_AS_IT_IS).flatten(message)
    return written.getvalue()


def reported(event: AnymailTrackingEvent, *message_ids: str | None) -> list[Reported]:
    """Nothing when it is not about an end: opened, clicked, put off."""
    kind = KINDS.get(event.event_type)
    if kind is None:
        return []
    named = tuple(one.strip().strip("<>") for one in message_ids if isinstance(one, str) and one.strip())
    words = event.mta_response or event.description or event.reject_reason or ""
    return [Reported(kind, named, event.recipient or "", str(words))]
