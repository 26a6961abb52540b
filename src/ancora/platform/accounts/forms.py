"""Forms for people, the organisation and one's own profile."""

import zoneinfo

from django import forms
from django.utils.translation import gettext_lazy as _

from ancora.platform.accounts.models import LANGUAGES, UNDO_SECONDS, ApiToken, Organisation, Role, User

_AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def time_zones() -> list[tuple[str, str]]:
    """Every zone named after a place, and UTC."""
    names = sorted(name for name in zoneinfo.available_timezones() if name.split("/")[0] in _AREAS)
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


def own_language() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("As the organisation")), *LANGUAGES])


def own_time_zone() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Time zone"), required=False, choices=lambda: [("", _("As the organisation")), *time_zones()]
    )


class InvitationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        initial=Role.AGENT,
        help_text=_(
            "Observers read and write notes. Agents serve customers. Leads also read the record of events. "
            "Administrators also change these settings."
        ),
    )
    language = own_language()
    time_zone = own_time_zone()


class PersonForm(InvitationForm):
    is_active = forms.BooleanField(
        label=_("May sign in"), required=False, help_text=_("Switched off, the person's past work stays as it is.")
    )

    def __init__(self, *args, person: User, **kwargs):
        names = ("name", "email", "role", "language", "time_zone", "is_active")
        super().__init__(*args, initial={name: getattr(person, name) for name in names}, **kwargs)


class ProfileForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    language = own_language()
    time_zone = own_time_zone()
    signature = forms.CharField(
        label=_("Signature"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Put under your answers, above the signature of the mailbox."),
    )
    undo_seconds = forms.TypedChoiceField(
        label=_("Time to undo sending"),
        choices=UNDO_SECONDS,
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("What you send waits this long, and can be taken back meanwhile."),
    )

    def __init__(self, *args, person: User, **kwargs):
        names = ("name", "language", "time_zone", "signature", "undo_seconds")
        super().__init__(*args, initial={name: getattr(person, name) for name in names}, **kwargs)


class OrganisationForm(forms.ModelForm):
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)

    class Meta:
        model = Organisation
        fields = ["name", "language", "time_zone", "public_address", "proxy_count", "reopen_days"]

    def clean_public_address(self) -> str:
        return self.cleaned_data["public_address"].rstrip("/")


class TokenForm(forms.ModelForm):
    class Meta:
        model = ApiToken
        fields = ["name"]
        help_texts = {"name": _("What the program is, for example: shop export.")}
