"""Which two cases become one, and which of them survives."""

from typing import NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.cases.commands import merge_cases
from ancora.cases.models import Case, CaseMerge, Status
from ancora.cases.problems.queries import torn_between, torn_words
from ancora.cases.queries import cases_of_customer, search, why_not
from ancora.desk.case_number import case_written
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal

MOST_FOUND = 10


class MergeForm(forms.Form):
    """`other`: the number of the other case · `keep`: the number of the one that survives, by default the one opened
    first · `seen`: whose the two were."""

    other = forms.CharField(max_length=40, label=gettext_lazy("Case number"))
    keep = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, viewer: User, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        self._viewer, self._case, self._other = viewer, case, None

    def clean_other(self) -> str:
        written = self.cleaned_data["other"]
        other = case_written(written, self._viewer)
        if other.pk == self._case.pk and _digits(written) != str(other.reference):
            told = {"number": _digits(written), "case": self._case}
            raise ValidationError(_("#%(number)s is a part of %(case)s already.") % told)
        if reason := why_not(self._case, other):
            raise ValidationError(reason)
        if torn_between(self._case, other):
            raise ValidationError(torn_words())
        self._other = other
        return written

    @property
    def survivor(self) -> Case:
        both = self._case, self._other
        chosen = [case for case in both if case.reference == self.cleaned_data.get("keep")]
        return chosen[0] if chosen else min(both, key=lambda case: (case.opened_at, case.pk))

    @property
    def merged(self) -> Case:
        return self._other if self.survivor is self._case else self._case

    def merge(self, reference: int) -> CaseMerge:
        """`reference`: the number of the page. Refused when the numbers no longer lead to the two cases it showed."""
        given = self.cleaned_data
        shown, both = {str(reference), _digits(given["other"])}, {self._case.reference, self._other.reference}
        if shown != {str(one) for one in both} or given["keep"] not in (None, *both):
            raise Refusal(_("Somebody merged one of the two meanwhile. Nothing was changed: look again."))
        seen, key = given["seen"] or None, given["form_key"]
        return merge_cases(self.merged, into=self.survivor, author=self._viewer, seen=seen, form_key=key)


def _digits(written: str) -> str:
    return written.strip().lstrip("# ")


class Candidate(NamedTuple):
    """A case that might be the same matter, as a line."""

    reference: int
    subject: str
    who: str
    status: str


def candidates(viewer: User, case: Case, words: str) -> list[Candidate]:
    """What a search finds, without words the other cases of the customer; those that cannot be merged left out."""
    if words:
        found = [hit.case for hit in search(viewer, words, most=MOST_FOUND + 1).hits]
    else:
        found = cases_of_customer(viewer, case.customer, most=MOST_FOUND * 2)
    fitting = [one for one in found if one.status != Status.MERGED and not why_not(case, one)]
    return [
        Candidate(
            one.reference, one.subject, one.customer.name if words else case.customer.name, one.get_status_display()
        )
        for one in fitting[:MOST_FOUND]
    ]
