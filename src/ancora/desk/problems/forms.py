"""One answer to all, as it is written: its text, whom it is for, and what was seen of them."""

import hashlib

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.cases.commands.overtaking import Known
from ancora.cases.models import Case, CommonAnswer
from ancora.cases.problems.answering import begin_answer
from ancora.cases.queries import outcomes
from ancora.desk.writing_forms import as_html
from ancora.platform.accounts.models import User


class AnswerForm(forms.Form):
    """`case`: ids that are ticked · `known`: `<id>-<newest message>-<last event>` of each, as the preview showed it ·
    `shown`: what `seal` gave for what the preview showed."""

    text = forms.CharField(
        max_length=200_000, widget=forms.Textarea, required=False, label=gettext_lazy("One answer to all")
    )
    format = forms.ChoiceField(
        choices=[("plain", "plain"), ("html", "html")], required=False, widget=forms.HiddenInput, initial="plain"
    )
    outcome = forms.ModelChoiceField(
        None, required=False, label=gettext_lazy("And then"), empty_label=gettext_lazy("leave the cases as they are")
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    shown = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, viewer: User, **kwargs):
        super().__init__(*args, **kwargs)
        self._viewer = viewer
        self.fields["outcome"].queryset = outcomes(viewer)
        self.fields["outcome"].label_from_instance = lambda one: _("resolve them: %(outcome)s") % {"outcome": one}

    @property
    def html(self) -> str:
        return as_html(self.cleaned_data["text"], self.cleaned_data["format"])

    @property
    def known(self) -> dict[int, Known]:
        """By case; what cannot be read is left out."""
        found = {}
        for one in self.data.getlist("known"):
            numbers = one.split("-")
            if len(numbers) == 3 and all(part.isdecimal() and len(part) < 19 for part in numbers):
                found[int(numbers[0])] = Known(int(numbers[1]), int(numbers[2]))
        return found

    def seal(self, chosen: set[int], gets: set[int]) -> str:
        """Of what a preview shows: another text, outcome or another choice gives another one."""
        told = "\n".join([self.html, str(self.cleaned_data["outcome"]), repr(sorted(chosen)), repr(sorted(gets))])
        return hashlib.sha256(told.encode()).hexdigest()

    def begin(self, problem: Case) -> CommonAnswer:
        """To those whom the preview showed as getting it."""
        given = self.cleaned_data
        return begin_answer(
            problem,
            html=self.html,
            to=self.known,
            outcome=given["outcome"],
            author=self._viewer,
            form_key=given["form_key"],
        )
