"""The form of a third party."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancora.parties.models import ThirdParty


class ThirdPartyForm(forms.Form):
    name = forms.CharField(label=_("Name of the firm"), max_length=80)
    address = forms.EmailField(
        label=_("Its e-mail address"), max_length=320, help_text=_("Tasks for it go there by mail.")
    )
    note = forms.CharField(
        label=_("Remark"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("For colleagues: what it does for us, and whom to ask for."),
    )
    is_active = forms.BooleanField(
        label=_("In use"), required=False, initial=True, help_text=_("Switched off, it keeps its tasks.")
    )

    def __init__(self, *args, third_party: ThirdParty | None = None, **kwargs):
        names = "name", "address", "note", "is_active"
        initial = {name: getattr(third_party, name) for name in names} if third_party else {}
        super().__init__(*args, initial=initial, **kwargs)
