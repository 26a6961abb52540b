"""The settings of an account of the webhook channel."""

from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ancora.conversations.account_forms import AccountForm
from ancora.conversations.trying import TriedStep

MOST_HOURS, MOST_CHARACTERS = 24 * 365, 500_000


class WebhookForm(AccountForm):
    below = "conversations/webhook_account.html"
    kept = ("address", "trusts_addresses", "most_characters", "window_hours")
    address = forms.CharField(
        label=_("Answers are posted to"),
        max_length=500,
        help_text=_("An https address in the open internet, of the program on the other side."),
    )
    trusts_addresses = forms.BooleanField(
        label=_("Believe proved e-mail addresses"),
        required=False,
        help_text=_("When the program says that a customer proved an address, the message belongs to who has it."),
    )
    most_characters = forms.IntegerField(
        label=_("Most characters of an answer"),
        required=False,
        min_value=1,
        max_value=MOST_CHARACTERS,
        help_text=_("Empty: as many as you like."),
    )
    window_hours = forms.IntegerField(
        label=_("Hours in which an answer is taken"),
        required=False,
        min_value=1,
        max_value=MOST_HOURS,
        help_text=_("After the customer last wrote; some services take no answer later than 24 hours. Empty: always."),
    )

    def clean_address(self) -> str:
        from ancora.platform.http.outside import is_permitted

        address = self.cleaned_data["address"].strip()
        try:
            parts = urlsplit(address)
            host, _port = parts.hostname or "", parts.port
        except ValueError:
            raise ValidationError(_("This is no address on the web.")) from None
        if not host or parts.username or parts.password or any(one.isspace() for one in address):
            raise ValidationError(_("This is no address on the web."))
        if parts.scheme != "https" and not is_permitted(host):
            raise ValidationError(_("Answers leave by https only: others could read them on their way."))
        return address

    def try_out(self) -> list[TriedStep]:
        # Its library for HTTP takes six megabytes, which no other page needs.
        from ancora.conversations.channels.webhook.trial import try_account

        return try_account(self.instance)
