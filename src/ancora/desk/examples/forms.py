"""Forms of the examples."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DeleteForm(forms.Form):
    is_sure = forms.BooleanField(label=_("Yes, delete them with everything that was done in them"))
