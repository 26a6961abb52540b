"""Who gets which cases, as a page sends it."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.cases.queries.workload import NOBODY
from ancora.platform.accounts.models import User
from ancora.platform.accounts.queries import people
from ancora.platform.errors import Refusal

MOST_SPREAD = 100
STALE = gettext_lazy("This page is out of date. Nothing was changed; reload it and try again.")


class GiveForm(forms.Form):
    """`held_by` has the cases now, `to` gets them: ids, or nobody."""

    cases = forms.RegexField(r"^\d{1,18}(,\d{1,18}){0,199}$")
    held_by = forms.RegexField(rf"^(\d{{1,18}}|{NOBODY})$")
    to = forms.RegexField(rf"^(\d{{1,18}}|{NOBODY})$")
    form_key = forms.UUIDField()

    def given(self, viewer) -> dict:
        """As `begin_giving` takes it."""
        if not self.is_valid():
            raise Refusal(STALE)
        sent = self.cleaned_data
        known = _known(viewer, {sent["held_by"], sent["to"]})
        return {
            "gets": {known[sent["to"]]: _ids(sent["cases"])},
            "held_by": known[sent["held_by"]],
            "form_key": sent["form_key"],
        }


class SpreadForm(forms.Form):
    """How many of the unassigned cases go to whom."""

    count = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=MOST_SPREAD)
    to = forms.TypedMultipleChoiceField(label=gettext_lazy("To whom"), coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, able, most: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = able
        self.fields["count"].widget.attrs["max"] = min(most, MOST_SPREAD)


def read_plan(viewer, sent) -> dict:
    """What was seen before it was confirmed, as `begin_giving` takes it: `gets` are `5:12,13`."""
    plan, key = {}, None
    for one in sent.getlist("gets"):
        person, _colon, cases = one.partition(":")
        written = {"cases": cases, "held_by": NOBODY, "to": person, "form_key": sent.get("form_key")}
        form = GiveForm(written)
        if not form.is_valid():
            raise Refusal(STALE)
        plan[person], key = _ids(cases), form.cleaned_data["form_key"]
    if sum(map(len, plan.values())) > MOST_SPREAD:
        raise Refusal(STALE)
    if not plan:
        raise Refusal(_("Choose at least one case, and who gets it."))
    known = _known(viewer, set(plan))
    return {"gets": {known[pk]: ids for pk, ids in plan.items()}, "held_by": None, "form_key": key}


def _ids(text: str) -> list[int]:
    return [int(one) for one in text.split(",")]


def _known(viewer, ids: set[str]) -> dict[str, User | None]:
    found: dict[str, User | None] = {str(one.pk): one for one in people(viewer).filter(pk__in=ids - {NOBODY})}
    found[NOBODY] = None
    if ids - set(found):
        raise Refusal(STALE)
    return found
