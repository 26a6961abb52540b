"""Changing many cases from a list: which cases are meant, and what is to become of them."""

from collections.abc import Mapping
from datetime import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.cases.bulk.commands import MOST_CASES, begin_bulk
from ancora.cases.bulk.models import BulkChange
from ancora.cases.bulk.wanted import SNOOZE
from ancora.cases.models import Priority, Status, WaitingOn
from ancora.cases.problems.in_bulk import begin_with_new_problem, code_for
from ancora.cases.queries import case_ids, found_ids, outcomes, tags, view_condition
from ancora.desk.case_number import case_written, is_number
from ancora.desk.moments import later_moments, read_moment
from ancora.desk.shelf import read_shelf
from ancora.parties.queries import active_teams
from ancora.platform import clock
from ancora.platform.accounts.queries import active_people
from ancora.platform.errors import Refusal

UNCHANGED = ("", gettext_lazy("as it is"))
FIELDS = ("status", "owner", "team", "priority", "tag", "untag", "snooze", "problem")


class BulkForm(forms.Form):
    """Each choice is the code of a change. cases: ids chosen one by one · everything: instead all that the list holds,
    as it was at `drawn_at`."""

    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    snooze = forms.ChoiceField(label=gettext_lazy("Wait until"), required=False)
    owner = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), required=False)
    tag = forms.MultipleChoiceField(label=gettext_lazy("Add tags"), required=False)
    untag = forms.MultipleChoiceField(label=gettext_lazy("Remove tags"), required=False)
    problem = forms.CharField(
        label=gettext_lazy("Belongs to the problem"), required=False, max_length=300,
        help_text=gettext_lazy("The number of its case, or a few words for a new one."),
    )  # fmt: skip
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    cases = forms.CharField(widget=forms.HiddenInput, required=False)
    everything = forms.BooleanField(widget=forms.HiddenInput, required=False)
    drawn_at = forms.DateTimeField(widget=forms.HiddenInput, required=False)
    shelf = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self._viewer = viewer
        known = [(str(tag.pk), tag.label) for tag in tags(viewer)]
        people = [one for one in active_people(viewer) if one.is_agent and one != viewer]
        self.fields["status"].choices = [UNCHANGED, *_statuses(viewer)]
        self.fields["snooze"].choices = [UNCHANGED, *((one.value, one.label) for one in later_moments())]
        self.fields["owner"].choices = [
            UNCHANGED,
            ("owner-me", _("me")),
            ("owner-nobody", _("nobody")),
            *((f"owner-{one.pk}", str(one)) for one in people),
        ]
        teams = [(f"team-{team.pk}", team.name) for team in active_teams(viewer)]
        self.fields["team"].choices = [UNCHANGED, *teams, ("team-none", _("none"))]
        priorities = [(f"priority-{value}", label) for value, label in reversed(Priority.choices)]
        self.fields["priority"].choices = [UNCHANGED, *priorities]
        for name in ("tag", "untag"):
            self.fields[name].choices = [(f"{name}-{pk}", label) for pk, label in known]
            self.fields[name].widget.attrs["size"] = "4"

    def clean_problem(self) -> str:
        """Words; of a number the case is looked up."""
        words = " ".join(self.cleaned_data["problem"].split())
        self._problem = case_written(words, self._viewer) if is_number(words) else None
        return words

    def begin(self) -> BulkChange:
        """`Refusal` where it cannot."""
        words = self.cleaned_data["problem"]
        given = self.given() | {"author": self._viewer}
        if self._problem is not None:
            given["changes"].append(code_for(self._problem))
        elif words:
            return begin_with_new_problem(words, **given)
        return begin_bulk(**given)

    def given(self) -> dict:
        """As `begin_bulk` takes it; `Refusal` where the cases or the moment cannot be read."""
        chosen = self.cleaned_data
        changes = [chosen[name] for name in ("status", "owner", "team", "priority") if chosen[name]]
        changes += [*chosen["tag"], *chosen["untag"], *([SNOOZE] if chosen["snooze"] else [])]
        until = read_moment(chosen["snooze"]) if chosen["snooze"] else None
        given = {"changes": changes, "waits_until": until, "form_key": chosen["form_key"]}
        return {"case_ids": self._case_ids(), **given}

    def _case_ids(self) -> list[int]:
        chosen = self.cleaned_data
        if not chosen["everything"]:
            return _ids_in(chosen["cases"])
        return everything_in(self._viewer, chosen["shelf"], until=chosen["drawn_at"] or clock.now())


def everything_in(viewer, address: str, *, until: datetime) -> list[int]:
    """Ids of all cases of the list that a page names by the query of its links: `queue=…&team=…&view=…`, or `q=…`.
    What was written in since `until` is not meant; not yours → 404."""
    from django.http import QueryDict

    asked: Mapping[str, str] = QueryDict(address).dict()
    most = MOST_CASES + 1
    if "q" in asked:
        return found_ids(viewer, asked["q"], until=until, most=most)
    shelf = read_shelf(viewer, asked.get("queue", ""), asked)
    if shelf.view is not None:
        return case_ids(viewer, condition=view_condition(viewer, shelf.view), until=until, most=most)
    narrowed = {} if shelf.team_id is None else {"team": shelf.team_id}
    return case_ids(viewer, queue_name=shelf.name, until=until, most=most, **narrowed)


def _ids_in(text: str) -> list[int]:
    parts = [one for one in text.split(",") if one]
    if any(not one.isdecimal() or len(one) > 18 for one in parts):
        raise Refusal(_("Choose at least one case."))
    return [int(one) for one in parts]


def _statuses(viewer) -> list[tuple[str, object]]:
    waits = [(f"waiting-{value}", label) for value, label in WaitingOn.choices]
    return [
        ("open-again", Status.OPEN.label),
        (_("Wait on"), waits),
        (_("Resolve with"), [(f"resolved-{one.pk}", one.label) for one in outcomes(viewer)]),
        ("closed-yes", _("Close what is resolved")),
        ("spam-yes", _("Spam")),
        ("trash-yes", _("Trash")),
        ("restored-yes", _("Take back from spam or trash")),
    ]
