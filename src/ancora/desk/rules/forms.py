"""The form of a rule."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.cases.bulk.wanted import DEEDS
from ancora.cases.models import Priority, WaitingOn
from ancora.cases.queries import vocabulary
from ancora.cases.rules.making import task_of
from ancora.cases.rules.models import CONTENT, MOMENTS, Rule, Trigger
from ancora.cases.rules.trying import MOST_DAYS
from ancora.desk.tasks.plan_fields import PlanFields
from ancora.parties.queries import teams
from ancora.platform.accounts.queries import people

NOTHING = ("", gettext_lazy("as it is"))
HOURS, DAYS = "hours", "days"


class RuleForm(PlanFields):
    """`content` is what was written, without `task_plan`, the task."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    trigger = forms.ChoiceField(label=gettext_lazy("What happens"))
    amount = forms.IntegerField(
        label=gettext_lazy("How much time"),
        min_value=1,
        max_value=9000,
        required=False,
        help_text=gettext_lazy("Only for those where time passes; looked at every five minutes."),
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        choices=[(HOURS, gettext_lazy("hours")), (DAYS, gettext_lazy("days"))],
        required=False,
    )
    conditions = forms.CharField(
        label=gettext_lazy("Conditions"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "As in the search: is:open tag:leak -owner:nobody team:repairs priority:high from:carla due:4h."
            " Empty: every case."
        ),
        widget=forms.TextInput(attrs={"list": "kept-lists", "spellcheck": "false", "autocapitalize": "off"}),
    )
    words = forms.CharField(
        label=gettext_lazy("Words in the message"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("One of them is enough; separate them by commas. Only where a message comes or goes."),
    )
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    owner = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), required=False)
    added = forms.MultipleChoiceField(
        label=gettext_lazy("Tags it adds"), required=False, widget=forms.CheckboxSelectMultiple
    )
    removed = forms.MultipleChoiceField(
        label=gettext_lazy("Tags it takes away"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=gettext_lazy("Internal note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Colleagues read it in the case, the customer never does."),
    )
    most_an_hour = forms.IntegerField(
        label=gettext_lazy("At most in an hour"), min_value=1, max_value=100_000, initial=500
    )
    most_on_case = forms.IntegerField(
        label=gettext_lazy("At most in one case in an hour"), min_value=1, max_value=1000, initial=5
    )
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)
    days = forms.TypedChoiceField(
        label=gettext_lazy("Look back"), coerce=int, required=False, empty_value=MOST_DAYS[0], initial=MOST_DAYS[0]
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *arguments, viewer, rule: Rule | None = None, **named):
        named["initial"] = {**named.get("initial", {}), **(_initial(rule) if rule else {})}
        super().__init__(*arguments, **named)
        held = rule.changes if rule else []
        self.fields["trigger"].choices = [
            (_("Something happens"), [(one.value, one.label) for one in Trigger if one not in MOMENTS]),
            (_("Time passes"), [(one.value, one.label) for one in Trigger if one in MOMENTS]),
        ]
        self._offer_changes(viewer, held)
        self.offer_task(viewer, task_of(rule) if rule else None)
        self.fields["days"].choices = [(days, _("%(days)d days") % {"days": days}) for days in MOST_DAYS]

    def _offer_changes(self, viewer, held: list[str]) -> None:
        """Each choice is the code of a change: what is in use, and what the rule has although it is no longer."""
        tags = list(vocabulary.tags(viewer).filter(_used_or_held(held, "tag", "untag")))
        outcomes = vocabulary.outcomes(viewer).filter(_used_or_held(held, "resolved"))
        waits = [(f"waiting-{on}", _("Wait on: %(whom)s") % {"whom": label}) for on, label in WaitingOn.choices]
        resolves = [(f"resolved-{one.pk}", _("Resolve: %(outcome)s") % {"outcome": one}) for one in outcomes]
        ends = [("open-again", _("Reopen")), *((code, label) for code, (_deed, label) in DEEDS.items())]
        ends = [one for one in ends if one[0] != "restored-yes"]
        status = [NOTHING, *waits, *resolves, *ends]
        able = people(viewer).filter(_used_or_held(held, "owner"))
        owners = [(code, str(one)) for one in able if (code := f"owner-{one.pk}") in held or one.is_agent]
        there = [(f"team-{one.pk}", str(one)) for one in teams(viewer).filter(_used_or_held(held, "team"))]
        choices = {
            "status": status,
            "owner": [NOTHING, ("owner-nobody", _("nobody")), *owners],
            "team": [NOTHING, ("team-none", _("none")), *there],
            "priority": [NOTHING, *((f"priority-{value}", label) for value, label in reversed(Priority.choices))],
            "added": [(f"tag-{tag.pk}", tag.label) for tag in tags],
            "removed": [(f"untag-{tag.pk}", tag.label) for tag in tags],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered

    @property
    def content(self) -> dict:
        given = self.cleaned_data
        one = [given[name] for name in ("priority", "team", "owner", "status") if given[name]]
        hours = given["amount"] and given["amount"] * (24 if given["unit"] == DAYS else 1)
        made = {"hours": hours if given["trigger"] in MOMENTS else None}
        made["changes"] = [*one, *given["added"], *given["removed"]]
        return {name: made[name] if name in made else given[name] for name in CONTENT}


def _used_or_held(held: list[str], *kinds: str) -> Q:
    codes = (code.partition("-") for code in held)
    return Q(is_active=True) | Q(
        pk__in=[int(value) for kind, _dash, value in codes if kind in kinds and value.isdigit()]
    )


def _initial(rule: Rule) -> dict:
    kinds = {"priority": "priority", "team": "team", "owner": "owner", "tag": "added", "untag": "removed"}
    initial = {**rule.content, "seen": rule.version, "added": [], "removed": []}
    if rule.hours:
        is_whole = rule.hours % 24 == 0
        initial |= {"amount": rule.hours // (24 if is_whole else 1), "unit": DAYS if is_whole else HOURS}
    for code in rule.changes:
        if code.startswith("task-"):
            continue
        name = kinds.get(code.partition("-")[0], "status")
        if name in ("added", "removed"):
            initial[name].append(code)
        else:
            initial[name] = code
    return initial
