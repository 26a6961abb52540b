"""Where a message shall go: to the case with a number, or to a new one."""

from django import forms
from django.utils.translation import gettext_lazy

from ancora.cases.commands import move_message_to_case, move_message_to_new_case
from ancora.cases.models import Case
from ancora.conversations.models import Message
from ancora.desk.case_number import case_written
from ancora.platform.accounts.models import User

WHERE = [("case", gettext_lazy("To the case with this number")), ("new", gettext_lazy("To a new case"))]


class MoveForm(forms.Form):
    """`case`: the one that was named; None for a new one. `seen`: the place at which the message was seen."""

    where = forms.ChoiceField(
        choices=WHERE, initial="case", widget=forms.RadioSelect, label=gettext_lazy("Where it belongs")
    )
    reference = forms.CharField(max_length=40, required=False, label=gettext_lazy("Case number"))
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, viewer: User, **kwargs):
        super().__init__(*args, **kwargs)
        self._viewer, self.case = viewer, None
        self.fields["reference"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def clean_reference(self) -> str:
        written = self.cleaned_data["reference"].strip()
        if self.cleaned_data.get("where") == "case":
            self.case = case_written(written, self._viewer)
        return written

    def move(self, message: Message) -> Case:
        """The case in which the message is then."""
        given, viewer = self.cleaned_data, self._viewer
        if self.case is not None:
            return move_message_to_case(message, self.case, author=viewer, seen=given["seen"])
        return move_message_to_new_case(message, author=viewer, seen=given["seen"], form_key=given["form_key"])
