"""How a person wants to hear of each kind of news."""

from collections.abc import Mapping

from django import forms

from ancora.cases.notifications.models import Kind, Mail, NotificationChoice


class NotificationForm(forms.Form):
    """Three fields for each kind: `<kind>_shown`, `<kind>_pushed` and `<kind>_mail`."""

    def __init__(self, *arguments, choices: Mapping[str, NotificationChoice], **named):
        super().__init__(*arguments, **named)
        self._kinds = [kind for kind in Kind if kind in choices]
        for kind in self._kinds:
            chosen = choices[kind]
            self.fields[f"{kind}_shown"] = forms.BooleanField(required=False, initial=chosen.is_shown)
            self.fields[f"{kind}_pushed"] = forms.BooleanField(required=False, initial=chosen.is_pushed)
            self.fields[f"{kind}_mail"] = forms.ChoiceField(required=False, choices=Mail, initial=chosen.mail)

    @property
    def rows(self) -> list[tuple[str, str, forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Kind, its words, and its fields."""
        ways = ("shown", "pushed", "mail")
        return [(kind.value, kind.label, *(self[f"{kind}_{way}"] for way in ways)) for kind in self._kinds]

    @property
    def choices(self) -> dict[str, tuple[bool, str]]:
        given = self.cleaned_data
        return {kind: (given[f"{kind}_shown"], given[f"{kind}_mail"]) for kind in self._kinds}

    @property
    def pushed(self) -> set[str]:
        return {kind for kind in self._kinds if self.cleaned_data[f"{kind}_pushed"]}
