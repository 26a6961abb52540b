"""The form of a rule."""

from django import forms
from django.conf import settings as django_settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancora.selfservice.advice.channels import channels_in_words
from ancora.selfservice.advice.models import MOST_POINTS, Complex, Private, Urgent
from ancora.selfservice.models import AdviceRule

MOST_CHARACTERS = 200
_ANY = [("", pgettext_lazy("matter", "any"))]


class RuleForm(forms.Form):
    channel = forms.ChoiceField(label=_("Channel"))
    points = forms.IntegerField(
        label=_("Points"),
        min_value=-MOST_POINTS,
        max_value=MOST_POINTS,
        initial=1,
        help_text=_("More speak for the channel, fewer than none against it. It stays in the list all the same."),
    )
    complexity = forms.ChoiceField(label=_("The matter is"), required=False, choices=[*_ANY, *Complex.choices])
    sensitivity = forms.ChoiceField(label=_("It is about"), required=False, choices=[*_ANY, *Private.choices])
    urgency = forms.ChoiceField(label=_("Urgency"), required=False, choices=[*_ANY, *Urgent.choices])
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, rule: AdviceRule | None = None, **kwargs):
        if rule:
            names = ("channel", "points", "complexity", "sensitivity", "urgency", "is_active")
            kwargs["initial"] = {name: getattr(rule, name) for name in names}
        super().__init__(*args, **kwargs)
        self._rule = rule
        self.fields["channel"].choices = channels_in_words().items()
        for language, name in django_settings.LANGUAGES:
            self.fields[f"reason_{language}"] = forms.CharField(
                label=_("Why, for the customer (%(language)s)") % {"language": name},
                required=False,
                max_length=MOST_CHARACTERS,
                initial=rule.reasons.get(language, "") if rule else "",
                widget=forms.TextInput(attrs={"lang": language}),
            )

    @property
    def reasons(self) -> list[forms.BoundField]:
        return [self[f"reason_{language}"] for language, _name in django_settings.LANGUAGES]

    def written(self) -> AdviceRule:
        """The rule as it was typed, not kept yet."""
        given, rule = self.cleaned_data, self._rule or AdviceRule()
        for name in ("channel", "points", "complexity", "sensitivity", "urgency", "is_active"):
            setattr(rule, name, given[name])
        rule.reasons = {
            language: words
            for language, _name in django_settings.LANGUAGES
            if (words := " ".join(given[f"reason_{language}"].split()))
        }
        return rule
