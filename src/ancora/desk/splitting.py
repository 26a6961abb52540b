"""What a new case is, that is split off: its subject, who answers for it, which team."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.cases.models import Case, CaseSplit
from ancora.cases.splits.commands import split_case
from ancora.desk.views.access import number_in
from ancora.parties.queries import active_teams
from ancora.platform.accounts.models import User
from ancora.platform.accounts.queries import active_people

# A case with more is split in steps.
MOST_CHOSEN = 2000


class SplitForm(forms.Form):
    """`message`, `note`: ids of what goes."""

    subject = forms.CharField(max_length=300, required=False, label=gettext_lazy("Subject"))
    owner = forms.ChoiceField(required=False, label=gettext_lazy("Owner"))
    team = forms.ChoiceField(required=False, label=gettext_lazy("Team"))
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, viewer: User, **kwargs):
        super().__init__(*args, **kwargs)
        self._viewer = viewer
        self._people = {str(one.pk): one for one in active_people(viewer) if one.is_agent}
        self._teams = {str(team.pk): team for team in active_teams(viewer)}
        people = sorted(self._people.values(), key=lambda one: one != viewer)
        self.fields["owner"].choices = [("", _("nobody")), *((str(one.pk), one.name) for one in people)]
        self.fields["team"].choices = [("", _("none")), *((pk, team.name) for pk, team in self._teams.items())]

    def split(self, case: Case) -> CaseSplit:
        given = self.cleaned_data
        return split_case(
            case,
            message_ids=chosen_in(self.data, "message"),
            note_ids=chosen_in(self.data, "note"),
            subject=given["subject"],
            owner=self._people.get(given["owner"]),
            team=self._teams.get(given["team"]),
            author=self._viewer,
            form_key=given["form_key"],
        )


def chosen_in(given, name: str) -> set[int]:
    """The ids that a browser sent under a name; what is none is left out."""
    return {pk for one in given.getlist(name)[:MOST_CHOSEN] if (pk := number_in(one))}
