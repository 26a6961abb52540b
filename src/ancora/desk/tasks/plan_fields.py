"""The task that a macro or a rule gives, as a part of its form."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.cases.tasks.models import TaskPlan, TaskUnit
from ancora.cases.tasks.plans import MOST_AMOUNT, MOST_LETTERS
from ancora.desk.tasks.forms import assignees

OWNER = "owner"


class PlanFields(forms.Form):
    """`task_plan` is the task that was written, None without words."""

    task_what = forms.CharField(
        label=gettext_lazy("What is to be done"),
        max_length=MOST_LETTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The first line is its title. Placeholders such as {case number} may stand in it."),
    )
    task_for = forms.ChoiceField(label=gettext_lazy("For whom"), required=False)
    task_amount = forms.IntegerField(
        label=gettext_lazy("Due after"), min_value=1, max_value=MOST_AMOUNT, required=False
    )
    task_unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=TaskUnit.choices, required=False)

    def offer_task(self, viewer, plan: TaskPlan | None) -> None:
        """Who gets tasks now, and whom the plan is for although they no longer do."""
        groups = assignees(viewer)
        self._assignees = {key: one for group in groups.values() for key, one in group.items()}
        choices = [(label, [(key, str(one)) for key, one in group.items()]) for label, group in groups.items() if group]
        self.fields["task_for"].choices = [("", "—"), (OWNER, _("the owner of the case")), *choices]
        if plan:
            self._keep(plan)

    def _keep(self, plan: TaskPlan) -> None:
        kinds = {"team": plan.team, "person": plan.person, "third": plan.third_party}
        key = next((f"{kind}-{one.pk}" for kind, one in kinds.items() if one), OWNER)
        if key not in (OWNER, *self._assignees):
            self._assignees[key] = plan.assignee
            self.fields["task_for"].choices += [(key, str(plan.assignee))]
        self.initial |= {"task_what": plan.what, "task_for": key, "task_amount": plan.amount, "task_unit": plan.unit}

    def clean(self):
        given = super().clean()
        if given.get("task_what") and not given.get("task_for") and "task_for" not in self.errors:
            self.add_error("task_for", _("Say for whom the task is."))
        if (given.get("task_for") or given.get("task_amount")) and not given.get("task_what"):
            self.add_error("task_what", _("Say what is to be done."))
        return given

    @property
    def task_plan(self) -> TaskPlan | None:
        given = self.cleaned_data
        if not given["task_what"]:
            return None
        kind, amount = given["task_for"].partition("-")[0], given["task_amount"]
        plan = TaskPlan(what=given["task_what"], amount=amount)
        plan.unit = (given["task_unit"] or TaskUnit.DAYS) if amount else ""
        if kind != OWNER:
            setattr(plan, {"third": "third_party"}.get(kind, kind), self._assignees[given["task_for"]])
        return plan
