"""Files that go to a third party: chosen here, or those that lie in the case already."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.cases.models import Case
from ancora.cases.queries.enclosures import files_in
from ancora.conversations.attached import shown_name
from ancora.conversations.models import Attachment
from ancora.desk.marks import WORDS, mark_of_file
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
        self._here = {str(one.pk): one for one in files_in(case)}
        self.fields["enclosed"].choices = [(pk, _told(one)) for pk, one in self._here.items()]
        if not self._here:
            del self.fields["enclosed"]

    def enclosing(self) -> dict:
        """As commands take it."""
        given = self.cleaned_data
        return {"files": given["files"], "enclosed": [self._here[pk] for pk in given.get("enclosed", [])]}

    def ask_for_files_again(self) -> None:
        """Of a form that comes back: no browser sends the same files twice by itself."""
        if self.files:
            self.add_error("files", _("Choose the files again: they were not kept."))


def _told(file: Attachment) -> str:
    """Its name and size, and what makes it dangerous."""
    mark = mark_of_file(file)
    words = [shown_name(file.filename) or "?", spoken_size(file.size), *([str(WORDS[mark][0])] if mark else [])]
    return " · ".join(words)
