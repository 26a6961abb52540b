"""Spreading what nobody owns evenly: who would get what, before anything is done."""

from dataclasses import dataclass

from django.http import QueryDict

from ancora.cases.bulk.dealing import dealt
from ancora.cases.models import Case
from ancora.cases.queries.people import seen_among
from ancora.cases.queries.workload import Load, held_by
from ancora.desk.team.board import Place, load_of
from ancora.desk.team.forms import MOST_SPREAD, SpreadForm
from ancora.desk.team.standing import load_words


@dataclass(frozen=True, slots=True)
class Share:
    """What one person would get; `value` is how the form says it."""

    load: Load
    cases: list[Case]

    @property
    def value(self) -> str:
        return f"{self.load.person.pk}:{','.join(str(case.pk) for case in self.cases)}"

    @property
    def after(self) -> int:
        """How many would be on the person then."""
        return self.load.us + len(self.cases)


def spreading(viewer, place: Place, asked: QueryDict) -> dict:
    """The form, all for colleagues who are there unless it says else, and the shares it would give."""
    load = load_of(viewer, place)
    most = sum(load.bands)
    able = [one for one in load.people if one.may_be_given]
    choices = [(one.person.pk, f"{one.person} · {load_words(one)}") for one in able]
    first = {"count": min(most, MOST_SPREAD), "to": [one.person.pk for one in able if _begins_with(one, viewer)]}
    is_asked = "count" in asked
    form = SpreadForm(asked if is_asked else first, able=choices, most=most)
    found = {"form": form, "most": most, "able": able, "has_some": bool(first["to"]), "shares": [], "left": []}
    if form.is_valid():
        chosen = [one for one in able if one.person.pk in form.cleaned_data["to"]]
        cases = held_by(viewer, None, place.team, most=form.cleaned_data["count"], only="open").cases
        found["shares"], found["left"] = _shares(chosen, cases)
        found["count"] = sum(len(share.cases) for share in found["shares"])
    elif not is_asked:
        form.errors.clear()
    return found


def _begins_with(load: Load, viewer) -> bool:
    """Whoever spreads is there to spread, unless they are at a case themselves."""
    return load.is_there and (load.person != viewer or load.is_present)


def _shares(chosen: list[Load], cases: list[Case]) -> tuple[list[Share], list[Case]]:
    seen = seen_among([one.person for one in chosen], cases)
    plan = dealt([case.pk for case in cases], {one.person.pk: one.us for one in chosen}, seen)
    by_id = {case.pk: case for case in cases}
    shares = [Share(one, [by_id[pk] for pk in plan.gets[one.person.pk]]) for one in chosen]
    return [share for share in shares if share.cases], [by_id[pk] for pk in plan.left]
