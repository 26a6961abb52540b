"""The page that shows every component, in every language."""

from datetime import timedelta

from django import forms
from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from ancora.platform import clock

ICONS = """anchor inbox search send note user users clock check tag paperclip trash shield-alert settings chat mail
arrow-left arrow-right x more refresh plus chevron-down chevron-right moon sun contrast log-out key alert-triangle
external-link image download edit eye reply reply-all forward flag pause play info phone building keyboard copy list
lock shield-check calendar merge link bell monitor split problem"""


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label=_("Name"), help_text=_("As agents see it, and in the From of answers."))
    email = forms.EmailField(label=_("E-mail address"), initial="carla@")
    role = forms.ChoiceField(label=_("Role"), choices=[("agent", _("Agent")), ("lead", _("Lead"))], required=False)
    text = forms.CharField(label=_("Signature"), widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(
        label=_("Priority"), choices=[("1", _("low")), ("2", _("normal"))], widget=forms.RadioSelect, required=False
    )
    is_on = forms.BooleanField(label=_("in use"), required=False)


@login_required
def components(request):
    """Every component twice: once in English, once in Italian."""
    language = request.GET.get("language")
    if language not in ("en", "it"):
        language = translation.get_language()
    now = clock.now()
    context = {
        "form": SampleForm(),
        "wrong_form": SampleForm({"email": "carla@"}),
        "moments": [now - timedelta(seconds=age) for age in (5, 720, 10800, 90000, 400000, 9000000, 60000000)],
        "icons": ICONS.split(),
        "shown_language": language,
    }
    with translation.override(language):
        return render(request, "ui/components.html", context)
