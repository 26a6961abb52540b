"""A list of cases to be kept: its name, its conditions, and for whom."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.cases.models import SavedView
from ancora.parties.queries import active_teams, team_ids_of

ME, ALL, TEAM = "me", "all", "team-"


class SavedViewForm(forms.Form):
    label = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    conditions = forms.CharField(
        label=gettext_lazy("Conditions"),
        max_length=200,
        help_text=gettext_lazy("As in the search: is:open owner:me tag:leak -team:repairs before:7d"),
    )
    whose = forms.ChoiceField(label=gettext_lazy("For whom"), widget=forms.RadioSelect)

    def __init__(self, *args, viewer, view: SavedView | None = None, **kwargs):
        initial = {"whose": ME} | kwargs.pop("initial", {})
        if view is not None:
            whose = ME if view.person_id else f"{TEAM}{view.team_id}" if view.team_id else ALL
            initial |= {"label": view.label, "conditions": view.conditions, "whose": whose}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["conditions"].widget.attrs |= {"spellcheck": "false", "autocomplete": "off"}
        # Whoever is not in a team would not see its list again.
        theirs = active_teams(viewer).filter(pk__in=team_ids_of(viewer)) if viewer.is_lead else ()
        self._teams = {f"{TEAM}{team.pk}": team for team in theirs}
        names = [(value, team.name) for value, team in self._teams.items()]
        self.fields["whose"].choices = [(ME, _("me")), *names, *([(ALL, _("everybody"))] if viewer.is_lead else [])]
        if not viewer.is_lead:
            self.fields["whose"].widget = forms.HiddenInput()

    def given(self) -> dict:
        """As `save_view` takes it."""
        whose = self.cleaned_data["whose"]
        words = {name: " ".join(self.cleaned_data[name].split()) for name in ("label", "conditions")}
        return {**words, "team": self._teams.get(whose), "is_for_all": whose == ALL}
