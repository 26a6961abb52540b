"""The form of a hook: what its provider needs, and where its mail goes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancora.conversations.channels.email.hooks import kind_of
from ancora.conversations.forms import password_field
from ancora.conversations.models import InboundHook
from ancora.conversations.queries import mailboxes

SECRET_FIELDS = {"secret": "secret_name", "access_key": "access_key_name"}


class HookForm(forms.ModelForm):
    class Meta:
        model = InboundHook
        fields = ["name", "mailbox", "is_active"]

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        kind = kind_of(self.instance.provider)
        self.fields["mailbox"].queryset = mailboxes(viewer)
        self.fields["mailbox"].empty_label = _("the mailbox it was sent to")
        if not self.instance.pk:
            self.initial["name"] = self.instance.get_provider_display()
        for name, label in SECRET_FIELDS.items():
            if getattr(kind, label):
                self.fields[name] = password_field(getattr(kind, label))
                self.fields[name].help_text = _help(self.instance, kind, name)
        self.order_fields(["name", "mailbox", *SECRET_FIELDS, "is_active"])

    def typed(self) -> dict[str, str]:
        """The secrets that were typed."""
        return {name: self.cleaned_data[name] for name in SECRET_FIELDS if self.cleaned_data.get(name)}


def _help(hook: InboundHook, kind, name: str):
    if hook.pk and hook.__dict__.get(name):
        return _("Leave it empty to keep the one that is stored.")
    if name == "secret" and not kind.needs_secret:
        return _("Without it the secret address alone is the proof.")
    return _("You may save without it and add it when the provider shows it to you.")
