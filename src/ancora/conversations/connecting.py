"""The way to a provider's page of consent and back. What must be the same at its end stands in the session."""

import hmac
import secrets

from django.urls import reverse
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.oauth.exchange import consent_url
from ancora.conversations.channels.email.oauth.providers import KINDS, client_of
from ancora.conversations.commands.permissions import connect_mailbox
from ancora.conversations.models import Grant, Mailbox, SignIn
from ancora.conversations.queries import mailbox_for, providers
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal
from ancora.platform.keys import KeyChanged

_HELD = "connecting"


def redirect_uri(request) -> str:
    """Where the provider sends the administrator back: the one address that must be registered there."""
    base = current_organisation().public_address or request.build_absolute_uri("/")
    return base.rstrip("/") + reverse("conversations:oauth_return")


def set_out(request, mailbox: Mailbox) -> str:
    """The address of the page of consent for a mailbox; refused when there is none."""
    if mailbox.sign_in not in KINDS or mailbox.sign_in == SignIn.MICROSOFT_APP:
        raise Refusal(_("This mailbox signs in without the permission of a person."))
    provider = providers()[KINDS[mailbox.sign_in]]
    try:
        client = client_of(provider, mailbox.sign_in)
    except KeyChanged as error:
        words = _("The stored client secret cannot be read: this installation has another key. Type it anew.")
        raise Refusal(words) from error
    if not client.client_id or not client.authorize_url:
        raise Refusal(_("The client ID and secret are missing. Write them in the settings."))
    held = {
        "mailbox": mailbox.pk,
        "state": secrets.token_urlsafe(32),
        "verifier": secrets.token_urlsafe(64),
        "redirect_uri": redirect_uri(request),
    }
    request.session[_HELD] = held
    words = {name: held[name] for name in ("redirect_uri", "state", "verifier")}
    return consent_url(client, account=mailbox.imap_user or mailbox.address, **words)


def come_back(request) -> tuple[Mailbox, Grant]:
    """What the provider's answer brings: the mailbox with its permission. Refused for an answer to nothing we asked,
    one that says no, and a code that is worth nothing. An answer counts once."""
    held, query = request.session.pop(_HELD, None), request.GET
    if held is None or not hmac.compare_digest(held["state"].encode(), query.get("state", "").encode()):
        raise Refusal(_("This answer belongs to no connection that you began here. Begin again on the mailbox's page."))
    mailbox = mailbox_for(request.user, held["mailbox"])
    if query.get("error") == "access_denied":
        raise Denied(_("It was not allowed at the provider. Nothing was changed."), mailbox)
    if not query.get("code"):
        said = " ".join(f"{query.get('error', '')} {query.get('error_description', '')}".split())[:300]
        raise Denied(_("The provider gave no permission: %(answer)s. Nothing was changed.") % {"answer": said}, mailbox)
    words = {"redirect_uri": held["redirect_uri"], "verifier": held["verifier"]}
    try:
        return mailbox, connect_mailbox(mailbox, code=query["code"], person=request.user, **words)
    except Refusal as refusal:
        raise Denied(str(refusal), mailbox) from refusal


class Denied(Refusal):
    """A refusal that belongs to a mailbox, on whose page it is shown."""

    def __init__(self, message: str, mailbox: Mailbox):
        super().__init__(message)
        self.mailbox = mailbox
