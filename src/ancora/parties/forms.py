"""The form of a team."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancora.parties.calendar_queries import calendars
from ancora.parties.models import Team
from ancora.platform.accounts.queries import active_people


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    members = forms.ModelMultipleChoiceField(
        label=_("Members"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    calendar = forms.ModelChoiceField(
        label=_("Calendar"), queryset=None, required=False, empty_label=_("the organisation's")
    )
    is_active = forms.BooleanField(
        label=_("In use"), required=False, initial=True, help_text=_("Switched off, it keeps its past.")
    )

    def __init__(self, *args, viewer, team: Team | None = None, **kwargs):
        initial = {}
        if team is not None:
            members = team.members.values_list("pk", flat=True)
            initial = {"name": team.name, "is_active": team.is_active, "members": list(members)}
            initial["calendar"] = team.calendar_id
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["members"].queryset = active_people(viewer)
        self.fields["calendar"].queryset = calendars(viewer)
