"""What an administrator writes down of a provider of OAuth, inside of the form of a mailbox."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from ancora.conversations.models import Provider, ProviderKind, SignIn

_FIELDS = {
    ProviderKind.GOOGLE: ("client_id", "client_secret"),
    ProviderKind.MICROSOFT: ("tenant", "client_id", "client_secret"),
    ProviderKind.OTHER: ("authorize_url", "token_url", "scopes", "client_id", "client_secret"),
}
# For which choices of “sign in with” the fields of a provider are shown.
SHOWN_FOR = {
    ProviderKind.GOOGLE: (SignIn.GOOGLE,),
    ProviderKind.MICROSOFT: (SignIn.MICROSOFT, SignIn.MICROSOFT_APP),
    ProviderKind.OTHER: (SignIn.OTHER,),
}
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_HERE = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?/")


class ProviderForm(forms.ModelForm):
    """The fields of one provider. They are the same in the form of each of its mailboxes."""

    client_secret = forms.CharField(
        label=_("Client secret"),
        required=False,
        strip=True,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = Provider
        fields = ["tenant", "authorize_url", "token_url", "scopes", "client_id", "client_secret"]
        labels = {
            "tenant": _("Directory (tenant) ID"),
            "authorize_url": _("Address where the permission is given"),
            "token_url": _("Address where tokens are given"),
            "scopes": _("Scopes"),
            "client_id": _("Client ID"),
        }
        help_texts = {
            "tenant": _("Of your organisation at Microsoft; empty for any."),
            "scopes": _("What the provider calls reading and sending mail, and offline access; with spaces between."),
        }
        widgets = {"scopes": forms.TextInput, "client_id": forms.TextInput(attrs={"spellcheck": "false"})}

    def __init__(self, *args, instance: Provider, **kwargs):
        # The fields of providers that are not chosen are hidden: the browser must not want them filled.
        super().__init__(*args, instance=instance, prefix=instance.kind, use_required_attribute=False, **kwargs)
        for name in set(self.fields) - set(_FIELDS[instance.kind]):
            del self.fields[name]
        self.order_fields(_FIELDS[instance.kind])
        self.is_stored = not instance._state.adding
        if self.is_stored:
            self.fields["client_secret"].help_text = _("Leave it empty to keep the one that is stored.")

    @property
    def shown_for(self) -> str:
        return " ".join(SHOWN_FOR[self.instance.kind])

    @property
    def secret(self) -> str:
        """As it was typed; empty keeps the stored one."""
        return self.cleaned_data.get("client_secret", "")

    def clean_client_id(self) -> str:
        client_id = self.cleaned_data["client_id"].strip()
        if not client_id:
            raise forms.ValidationError(_("Write the client ID that the provider shows for this installation."))
        return client_id

    def clean_client_secret(self) -> str:
        secret = self.cleaned_data["client_secret"]
        if not secret and not self.is_stored and self.instance.kind != ProviderKind.OTHER:
            raise forms.ValidationError(_("Write the client secret that belongs to the client ID."))
        return secret

    def clean_tenant(self) -> str:
        tenant = self.cleaned_data["tenant"].strip()
        if tenant and not _TENANT.fullmatch(tenant):
            raise forms.ValidationError(_("Write the ID, or a domain like example.com."))
        return tenant

    def clean_authorize_url(self) -> str:
        return _checked(self.cleaned_data["authorize_url"])

    def clean_token_url(self) -> str:
        return _checked(self.cleaned_data["token_url"])

    def clean_scopes(self) -> str:
        scopes = " ".join(self.cleaned_data["scopes"].split())
        if not scopes:
            raise forms.ValidationError(_("Write at least one scope."))
        return scopes

    def _get_validation_exclusions(self) -> set[str]:
        # The secret is written by the command: an empty one keeps what is stored.
        return {*super()._get_validation_exclusions(), "client_secret"}


def _checked(url: str) -> str:
    """Secrets go there: encrypted, unless it is on this machine."""
    if not url.startswith("https://") and not _HERE.match(url):
        raise forms.ValidationError(_("Write an address that begins with https://."))
    return url
