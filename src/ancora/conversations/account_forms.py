"""What the form of a channel's account has, whatever the channel; each adapter names its own (`settings_form`)."""

from contextlib import suppress

from django import forms
from django.utils.module_loading import import_string

from ancora.conversations.channels import NoSuchChannel, adapter_of, kinds
from ancora.conversations.models import ChannelAccount
from ancora.conversations.queries import mailboxes
from ancora.conversations.trying import TriedStep


class AccountForm(forms.ModelForm):
    """`below`: the template with what stands below the form of a stored account. Fields named in `kept` are kept in
    its `settings`, where they are not empty."""

    below = ""
    kept: tuple[str, ...] = ()

    class Meta:
        model = ChannelAccount
        fields = ["name", "mailbox", "is_active"]

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mailbox"].queryset = found = mailboxes(viewer)
        if self.instance.mailbox_id is None and len(known := found[:2]) == 1:
            self.initial["mailbox"] = known[0].pk
            self.fields["mailbox"].empty_label = None
        for name in self.kept:
            self.initial[name] = self.instance.settings.get(name)
        self.order_fields(["name", "mailbox", *self.kept, "is_active"])

    def clean(self) -> dict:
        """The instance has the settings that were typed, and keeps those that the form does not know."""
        cleaned = super().clean()
        typed = {name: cleaned.get(name) for name in self.kept}
        others = {name: value for name, value in self.instance.settings.items() if name not in self.kept}
        self.instance.settings = {**others, **{name: value for name, value in typed.items() if value}}
        return cleaned

    def try_out(self) -> list[TriedStep]:
        """What a trial of the stored account meets, for an administrator; nothing where a channel has none."""
        return []


def form_of(kind: str) -> type[AccountForm] | None:
    """The form of this kind's accounts; None where they are made elsewhere."""
    path = adapter_of(kind).settings_form
    return import_string(path) if path else None


def kinds_with_accounts() -> list[tuple[str, str]]:
    """(kind, name) of the channels whose accounts administrators make."""
    found = []
    for kind in kinds():
        with suppress(NoSuchChannel):
            found.append((kind, adapter_of(kind)))
    return [(kind, str(adapter.name)) for kind, adapter in found if adapter.settings_form]
