"""Forms for the words of cases, and for senders nobody wants to hear."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancora.cases.models import Outcome, Tag


class WordForm(forms.Form):
    label = forms.CharField(label=_("Label"))
    is_active = forms.BooleanField(
        label=_("In use"), required=False, initial=True, help_text=_("Switched off, it stays on old cases.")
    )

    def __init__(self, *args, model: type[Outcome] | type[Tag], word=None, **kwargs):
        initial = {"label": word.label, "is_active": word.is_active} if word is not None else {}
        super().__init__(*args, initial=initial, **kwargs)
        longest = model._meta.get_field("label").max_length
        self.fields["label"] = forms.CharField(label=_("Label"), max_length=longest)

    def clean_label(self) -> str:
        return " ".join(self.cleaned_data["label"].split())


class BlockForm(forms.Form):
    address = forms.CharField(label=_("Address"), max_length=320)
    whole_domain = forms.BooleanField(
        label=_("Everybody at this domain"),
        required=False,
        help_text=_("The domain itself and all below it."),
    )
    why = forms.CharField(label=_("Why"), max_length=200, required=False, help_text=_("Colleagues see it."))

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["address"].widget.attrs |= {"spellcheck": "false", "autocomplete": "off"}
        if not viewer.is_lead:
            del self.fields["whole_domain"]


class UnblockForm(forms.Form):
    restores = forms.BooleanField(label=_("Take these cases back from spam"), required=False)
