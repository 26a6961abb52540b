"""Files that go to a third party: chosen here, or those that lie in the case already."""

from django import forms
from django.utils.translation import gettext_lazy

from ancora.cases.models import Case
from ancora.cases.queries.cases import messages_of
from ancora.desk.sizes import spoken_size
from ancora.desk.writing_forms import FilesField


class EnclosingForm(forms.Form):
    """`enclosed`: attachments of the case, what came last first."""

    files = FilesField(label=gettext_lazy("Files"), required=False)
    enclosed = forms.MultipleChoiceField(
        label=gettext_lazy("Files of the case"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def offer_files(self, case: Case) -> None:
        """Those of the case; call it before anything is read from the form."""
        messages = [message for message in reversed(messages_of(case)) if message.has_files]
        here = [one for message in messages for one in message.attachments.all()]
        self._here = {str(one.pk): one for one in here}
        shown = [(pk, f"{one.filename or '?'} · {spoken_size(one.size)}") for pk, one in self._here.items()]
        self.fields["enclosed"].choices = shown
        if not shown:
            del self.fields["enclosed"]

    def enclosing(self) -> dict:
        """As commands take it."""
        given = self.cleaned_data
        return {"files": given["files"], "enclosed": [self._here[pk] for pk in given.get("enclosed", [])]}
