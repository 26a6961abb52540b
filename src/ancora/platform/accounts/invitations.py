"""Links by which a person sets a password, and the mail that brings them."""

import logging
from smtplib import SMTPException

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ancora.platform.accounts.models import User
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal

log = logging.getLogger("ancora.accounts")
MAIL_FAILURES = (OSError, SMTPException, Refusal)


def password_link(person: User, *, base: str) -> str:
    """Where `person` sets a password; works once, for three days. `base` is used without a public address."""
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key})
    return (current_organisation().public_address or base).rstrip("/") + path


def send_password_link(person: User, *, link: str, is_invitation: bool) -> None:
    """Mail the link in the person's language; refused with the reason when no mail can be sent (the link is then
    handed over)."""
    organisation = current_organisation()
    kind = "invitation" if is_invitation else "password_link"
    words = {
        "person": person,
        "link": link,
        "organisation": organisation,
        "days": settings.PASSWORD_RESET_TIMEOUT // 86400,
    }
    with translation.override(person.language or organisation.language):
        subject = render_to_string(f"accounts/mail/{kind}_subject.txt", words).strip()
        text = render_to_string(f"accounts/mail/{kind}.txt", words)
    try:
        EmailMessage(subject, text, to=[person.email]).send()
    except (OSError, SMTPException) as error:
        log.warning("a password link could not be mailed: %s", type(error).__name__)
        raise Refusal(_("The mail server for outgoing mail does not answer.")) from error
