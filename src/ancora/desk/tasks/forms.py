"""The forms of tasks."""

from uuid import uuid4

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.cases.models import Case
from ancora.cases.queries.people import people_who_see
from ancora.cases.tasks.commands import MOST_TEXT, NewThirdParty
from ancora.cases.tasks.queries import teams_that_find
from ancora.desk.tasks.enclosing import EnclosingForm
from ancora.parties.queries import active_teams, third_parties
from ancora.platform.accounts.queries import active_people

NEW = "new"


def assignees(viewer, case: Case | None = None) -> dict[str, dict]:
    """Who gets tasks, of a case those who find them there: under each heading, by what a form sends."""
    teams = teams_that_find(case).filter(is_active=True) if case else active_teams(viewer)
    people = people_who_see(case) if case else active_people(viewer)
    return {
        _("Teams"): {f"team-{one.pk}": one for one in teams},
        _("Colleagues"): {f"person-{one.pk}": one for one in people if one.is_agent},
        _("Third parties"): {f"third-{one.pk}": one for one in third_parties(viewer)},
    }


class AssigneeForm(forms.Form):
    """For whom: a team, a colleague, a third party of the list, or another one."""

    assignee = forms.ChoiceField(label=gettext_lazy("For whom"))
    new_name = forms.CharField(label=gettext_lazy("Name of the firm"), max_length=80, required=False)
    new_address = forms.CharField(label=gettext_lazy("Its e-mail address"), max_length=320, required=False)

    def __init__(self, *args, viewer, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        rows = assignees(viewer, case)
        self._known = {key: one for group in rows.values() for key, one in group.items()}
        groups = [(label, [(key, str(one)) for key, one in group.items()]) for label, group in rows.items() if group]
        beyond = [(NEW, _("Another third party …"))]
        self.fields["assignee"].choices = [("", "—"), *groups, *beyond]

    def clean(self):
        given = super().clean()
        if given.get("assignee") != NEW:
            return given
        try:
            validate_email(given.get("new_address", ""))
        except forms.ValidationError as error:
            self.add_error("new_address", error)
        return given

    @property
    def chosen(self):
        """Who was chosen, of a valid form."""
        given = self.cleaned_data
        return self._known.get(given["assignee"]) or NewThirdParty(given["new_name"], given["new_address"])


class TaskForm(AssigneeForm, EnclosingForm):
    field_order = ("title", "text", "assignee", "new_name", "new_address", "files", "enclosed")
    title = forms.CharField(label=gettext_lazy("What is to be done"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("More about it"),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea({"rows": 5}),
        help_text=gettext_lazy("A third party gets this by mail. The customer never sees it."),
    )
    due_at = forms.DateTimeField(
        label=gettext_lazy("Due"), required=False, widget=forms.DateTimeInput({"type": "datetime-local"})
    )
    waits = forms.BooleanField(
        label=gettext_lazy("The case waits for it"),
        required=False,
        help_text=gettext_lazy("It comes back when the task is done or answered, and at the latest when it is due."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput(), required=False)

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, initial={"form_key": uuid4()}, case=case, **kwargs)
        self.offer_files(case)

    def given(self) -> dict:
        """As `create_task` takes it."""
        given = self.cleaned_data
        words = {name: given[name] for name in ("title", "text", "due_at", "waits", "form_key")}
        return {**words, "assignee": self.chosen, **self.enclosing()}


class DueForm(forms.Form):
    """When an open task is due; empty: at no moment."""

    due_at = forms.DateTimeField(
        label=gettext_lazy("Due"), required=False, widget=forms.DateTimeInput({"type": "datetime-local"})
    )


class LetterForm(EnclosingForm):
    """What is written to a third party."""

    text = forms.CharField(required=False, max_length=MOST_TEXT, strip=True)
    form_key = forms.UUIDField(required=False)

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_files(case)


class WordsForm(forms.Form):
    """A text under a task, and the key that makes a double click one deed."""

    text = forms.CharField(required=False, max_length=MOST_TEXT, strip=True)
    form_key = forms.UUIDField(required=False)
