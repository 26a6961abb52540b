"""How allauth behaves here: no sign-up, plain words, sign-ins on the record."""

import logging

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancora.platform.accounts.events import SigninFailed, SigninSucceeded
from ancora.platform.accounts.invitations import MAIL_FAILURES
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.publishing import publish
from ancora.platform.http.addresses import visitor_address

log = logging.getLogger("ancora.accounts")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes and try again; your account is safe."),
        "incorrect_password": _("The password is not right."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("The code is not right. Codes change every thirty seconds: write the one shown now."),
        "rate_limited": _("Too many attempts. Wait a few minutes and try again; your account is safe."),
    }

    def is_open_for_signup(self, request) -> bool:
        """People are invited; nobody signs up."""
        return False

    def get_client_ip(self, request) -> str:
        return visitor_address(request)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Under the public address, so that the link in the mail works outside."""
        link = super().get_reset_password_from_key_url(key)
        public = current_organisation().public_address.rstrip("/")
        return public + link.removeprefix(self.request.build_absolute_uri("/").rstrip("/")) if public else link

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """A mail that cannot be sent is logged; the page says the same either way, so that it gives no address away."""
        try:
            super().send_mail(template_prefix, email, context)
        except MAIL_FAILURES as error:
            log.error("a mail about an account could not be sent: %s", type(error).__name__)

    def post_login(self, request, user, **kwargs):
        with transaction.atomic():
            publish(SigninSucceeded(user_id=user.pk), actor=Actor.human(user))
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request, **credentials) -> None:
        with transaction.atomic():
            publish(SigninFailed(), actor=SYSTEM)
        super().authentication_failed(request, **credentials)
