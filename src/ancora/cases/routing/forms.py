"""The forms of routing in the settings."""

from uuid import uuid4

from django import forms
from django.conf import global_settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ancora.cases.models import Skill, Tag, TeamRouting
from ancora.cases.routing.models import MOST_CASES, MOST_MINUTES
from ancora.parties.queries import active_teams, teams
from ancora.platform.accounts.models import User

# As they stand in a case.
CHANNELS = {
    "email": gettext_lazy("E-mail"),
    "chat": gettext_lazy("Chat"),
    "webhook": gettext_lazy("Webhook"),
    "phone": gettext_lazy("Phone calls"),
    "visit": gettext_lazy("Visits"),
    "other": pgettext_lazy("channel", "Other"),
}
LANGUAGES = [(code, gettext_lazy(name)) for code, name in global_settings.LANGUAGES if "-" not in code]


class TeamRoutingForm(forms.Form):
    is_on = forms.BooleanField(
        label=gettext_lazy("Give out cases that nobody owns"),
        required=False,
        help_text=gettext_lazy("Off, people take cases themselves, as before."),
    )
    limit = forms.IntegerField(
        label=gettext_lazy("Open cases for each person, at most"),
        min_value=1,
        max_value=MOST_CASES,
        help_text=gettext_lazy("Of each channel; a person may have another limit of their own."),
    )
    overflow_team = forms.ModelChoiceField(
        None,
        label=gettext_lazy("Then also people of"),
        required=False,
        empty_label=gettext_lazy("nobody else"),
        help_text=gettext_lazy("Skills no longer count then. Choose the team itself to give up the skills only."),
    )
    overflow_after = forms.IntegerField(
        label=gettext_lazy("after how many minutes of working time"),
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
    )
    escalate_after = forms.IntegerField(
        label=gettext_lazy("Tell the lead after how many minutes of working time"),
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=gettext_lazy("Leads who are in the team hear of it under their bell; all leads where it has none."),
    )

    def __init__(self, *args, viewer, routing: TeamRouting, **kwargs):
        names = ("is_on", "limit", "overflow_after", "escalate_after")
        initial = {name: getattr(routing, name) for name in names} | {"overflow_team": routing.overflow_team_id}
        super().__init__(*args, initial=initial, **kwargs)
        kept = Q(is_active=True) | Q(pk=routing.overflow_team_id)
        self.fields["overflow_team"].queryset = teams(viewer).filter(kept)


class SkillForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("Name"), max_length=40, help_text=gettext_lazy("For example: Italian, billing, repairs.")
    )
    language = forms.ChoiceField(
        label=gettext_lazy("It is a language"),
        required=False,
        help_text=gettext_lazy("Cases in it ask for this skill, and whoever uses Ancora in it has it."),
    )
    tags = forms.ModelMultipleChoiceField(
        None, label=gettext_lazy("Asked for by tags"), required=False, widget=forms.CheckboxSelectMultiple
    )
    teams = forms.ModelMultipleChoiceField(
        None,
        label=gettext_lazy("Asked for by all cases of teams"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    people = forms.ModelMultipleChoiceField(
        None, label=gettext_lazy("Who has it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("In use"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Switched off, nothing asks for it."),
    )
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, viewer, people: list[User], skill: Skill | None = None, **kwargs):
        held = {"form_key": uuid4()}
        if skill is not None:
            held |= {name: [row.pk for row in getattr(skill, name).all()] for name in ("tags", "teams", "people")}
            held |= {name: getattr(skill, name) for name in ("label", "language", "is_active")}
        super().__init__(*args, initial=held, **kwargs)
        spoken = sorted(((code, str(name)) for code, name in LANGUAGES), key=lambda one: one[1])
        self.fields["language"].choices = [("", _("no")), *spoken]
        self.fields["tags"].queryset = Tag.objects.filter(Q(is_active=True) | Q(pk__in=held.get("tags", ())))
        self.fields["teams"].queryset = active_teams(viewer)
        for name in ("tags", "teams"):
            # Nothing to choose from is nothing to ask.
            if not self.fields[name].queryset.exists():
                del self.fields[name]
        self.fields["people"].queryset = User.objects.filter(pk__in=[one.pk for one in people]).order_by("name", "id")


class LimitsForm(forms.Form):
    """A number for each person and channel; empty is the limit of the team. `seen`: what the page showed."""

    seen = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, people: list[User], own: dict[int, dict[str, int]], **kwargs):
        super().__init__(*args, initial={"seen": {pk: limits for pk, limits in own.items() if limits}}, **kwargs)
        self._people = people
        for person in people:
            for channel, label in CHANNELS.items():
                words = f"{person}: {label}"
                self.fields[_name(person, channel)] = forms.IntegerField(
                    label=words,
                    required=False,
                    min_value=0,
                    max_value=MOST_CASES,
                    initial=own.get(person.pk, {}).get(channel),
                    widget=forms.NumberInput({"aria-label": words, "placeholder": "–"}),
                )

    @property
    def grid(self) -> list[tuple]:
        """A person, and the field for each channel."""
        return [(person, [self[_name(person, channel)] for channel in CHANNELS]) for person in self._people]

    def changes(self) -> dict[User, dict[str, int | None]]:
        """What differs from what was seen, for those with whom anything does: what somebody else has written meanwhile
        stays."""
        changed = {person: dict(self._changes_of(person)) for person in self._people}
        return {person: limits for person, limits in changed.items() if limits}

    def clean_seen(self) -> dict[str, dict]:
        """Without it everything that is written counts as new."""
        seen = self.cleaned_data["seen"]
        seen = seen if isinstance(seen, dict) else {}
        return {pk: limits for pk, limits in seen.items() if isinstance(limits, dict)}

    def _changes_of(self, person: User):
        seen = self.cleaned_data["seen"].get(str(person.pk), {})
        for channel in CHANNELS:
            most = self.cleaned_data[_name(person, channel)]
            if most != seen.get(channel):
                yield channel, most


def _name(person: User, channel: str) -> str:
    return f"limit_{person.pk}_{channel}"
