"""How a person wants to hear of each kind of news."""

from collections.abc import Mapping

from django import forms

from ancora.cases.notifications.models import Kind, Mail, NotificationChoice


class NotificationForm(forms.Form):
    """Three fields for each kind: `<kind>_shown`, `<kind>_pushed` and `<kind>_mail`."""

    def __init__(self, *arguments, choices: Mapping[str, NotificationChoice], **named):
        super().__init__(*arguments, **named)
        for kind in Kind.values:
            chosen = choices[kind]
            self.fields[f"{kind}_shown"] = forms.BooleanField(required=False, initial=chosen.is_shown)
            self.fields[f"{kind}_pushed"] = forms.BooleanField(required=False, initial=chosen.is_pushed)
            self.fields[f"{kind}_mail"] = forms.ChoiceField(required=False, choices=Mail, initial=chosen.mail)

    @property
    def rows(self) -> list[tuple[str, str, forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Kind, its words, and its fields."""
        ways = ("shown", "pushed", "mail")
        return [(kind.value, kind.label, *(self[f"{kind}_{way}"] for way in ways)) for kind in Kind]

    @property
    def choices(self) -> dict[str, tuple[bool, str]]:
        given = self.cleaned_data
        return {kind: (given[f"{kind}_shown"], given[f"{kind}_mail"]) for kind in Kind.values}

    @property
    def pushed(self) -> set[str]:
        return {kind for kind in Kind.values if self.cleaned_data[f"{kind}_pushed"]}
