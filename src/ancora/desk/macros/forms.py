"""The form of a macro."""

from django import forms
from django.db.models import Q
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ancora.cases.macros.commands import Draft
from ancora.cases.macros.models import Macro, Owning
from ancora.cases.macros.placeholders import NAMES, name_in
from ancora.cases.models import Priority, WaitingOn
from ancora.cases.queries import vocabulary
from ancora.desk.tasks.plan_fields import PlanFields
from ancora.desk.writing_forms import as_html
from ancora.parties.queries import team_ids_of, teams
from ancora.platform.accounts.models import LANGUAGES

NOTHING = ("", gettext_lazy("as it is"))


class MacroForm(PlanFields):
    """`draft` is what was written. A text field and its format for each language."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    whose = forms.ChoiceField(label=gettext_lazy("Who uses it"))
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    owning = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)
    to_team = forms.ModelChoiceField(None, label=gettext_lazy("Team"), required=False, empty_label=NOTHING[1])
    priority = forms.TypedChoiceField(label=gettext_lazy("Priority"), required=False, coerce=int, empty_value=None)
    added = forms.ModelMultipleChoiceField(
        None, label=gettext_lazy("Tags it adds"), required=False, widget=forms.CheckboxSelectMultiple
    )
    removed = forms.ModelMultipleChoiceField(
        None, label=gettext_lazy("Tags it takes away"), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("In use"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Switched off, it stands only here."),
    )
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, viewer, macro: Macro | None = None, **kwargs):
        self._viewer = viewer
        kwargs["initial"] = {**kwargs.get("initial", {}), **(_initial(viewer, macro) if macro else {})}
        super().__init__(*args, **kwargs)
        self.offer_task(viewer, macro.task if macro else None)
        for code, label in LANGUAGES:
            self.fields[f"text_{code}"] = forms.CharField(label=label, required=False, widget=forms.Textarea)
            formats = [("plain", "plain"), ("html", "html")]
            self.fields[f"format_{code}"] = forms.ChoiceField(
                choices=formats, required=False, widget=forms.HiddenInput, initial="html" if macro else "plain"
            )
        self._offer(viewer, macro)

    def _offer(self, viewer, macro: Macro | None) -> None:
        """What is in use, and what the macro has although it is no longer."""
        kept = [one.tag_id for one in macro.tags.all()] if macro else []
        tags = vocabulary.tags(viewer).filter(Q(is_active=True) | Q(pk__in=kept))
        self.fields["added"].queryset = self.fields["removed"].queryset = tags
        self._outcomes = {
            str(outcome.pk): outcome
            for outcome in vocabulary.outcomes(viewer)
            if outcome.is_active or (macro and macro.outcome_id == outcome.pk)
        }
        had = [macro.team_id, macro.to_team_id] if macro else []
        there = teams(viewer).filter(Q(is_active=True) | Q(pk__in=had))
        self._teams = {str(team.pk): team for team in there}
        self.fields["to_team"].queryset = there
        waits = [(f"waiting-{on}", label) for on, label in WaitingOn.choices]
        resolves = [(f"resolved-{pk}", outcome.label) for pk, outcome in self._outcomes.items()]
        self.fields["status"].choices = [NOTHING, (_("Wait on"), waits), (_("Resolve with"), resolves)]
        self.fields["owning"].choices = [NOTHING, *Owning.choices]
        self.fields["priority"].choices = [NOTHING, *reversed(Priority.choices)]
        self.fields["whose"].choices = self._circles(viewer)

    def _circles(self, viewer) -> list[tuple[str, str]]:
        """For whom the viewer may write."""
        mine = [("me", _("Only me"))]
        if not viewer.is_lead:
            return mine
        of_mine = {str(pk) for pk in team_ids_of(viewer)}
        circles = [pk for pk in self._teams if viewer.is_administrator or pk in of_mine]
        of_teams = [(f"team-{pk}", _("Team: %(team)s") % {"team": self._teams[pk]}) for pk in circles]
        return [*mine, *of_teams, ("all", _("Everybody"))]

    @property
    def languages(self) -> list[tuple]:
        """For each language its code, its text and the format of it, the viewer's own first."""
        mine = (get_language() or "")[:2]
        codes = sorted((code for code, _label in LANGUAGES), key=lambda code: code != mine)
        return [(code, self[f"text_{code}"], self[f"format_{code}"]) for code in codes]

    @property
    def draft(self) -> Draft:
        given = self.cleaned_data
        status, _dash, value = given["status"].partition("-")
        circle, _dash, team = given["whose"].partition("-")
        texts = {code: as_html(given[f"text_{code}"], given[f"format_{code}"]) for code, _label in LANGUAGES}
        return Draft(
            name=given["name"],
            texts=texts,
            owner=self._viewer if circle == "me" else None,
            team=self._teams[team] if circle == "team" else None,
            waiting_on=value if status == "waiting" else "",
            task=self.task_plan,
            outcome=self._outcomes[value] if status == "resolved" else None,
            **{name: given[name] for name in ("is_active", "to_team", "owning", "priority", "added", "removed")},
        )


def placeholders() -> list[tuple[str, str]]:
    """Each as it is written in the viewer's language, and what stands for it."""
    told = {
        "first name": _("the customer's first name"),
        "name": _("the customer's name"),
        "case number": _("such as #1042"),
        "subject": _("of the case"),
        "team": _("of the case"),
        "agent": _("your name"),
        "agent first name": _("your first name"),
        "organisation": _("our name"),
        "customer language": _("of the customer, in words"),
        "today": _("the date, in words"),
    }
    return [(f"{{{name_in(get_language(), name)}}}", told[name]) for name in NAMES]


def _initial(viewer, macro: Macro) -> dict:
    tags = list(macro.tags.all())
    status = f"waiting-{macro.waiting_on}" if macro.waiting_on else f"resolved-{macro.outcome_id}"
    return {
        "name": macro.name,
        "whose": "me" if macro.owner_id else f"team-{macro.team_id}" if macro.team_id else "all",
        "status": status if macro.waiting_on or macro.outcome_id else "",
        "owning": macro.owning,
        "to_team": macro.to_team_id,
        "priority": macro.priority or "",
        "added": [one.tag_id for one in tags if one.is_added],
        "removed": [one.tag_id for one in tags if not one.is_added],
        "is_active": macro.is_active,
        **{f"text_{code}": html for code, html in macro.texts.items()},
    }
