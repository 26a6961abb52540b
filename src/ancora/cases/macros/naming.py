"""Changes in words, as they stand on the chips of a composer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ancora.cases.macros.changes import Change
from ancora.cases.models import Outcome, Priority, Tag, TaskPlan, WaitingOn
from ancora.cases.tasks.plans import words_of
from ancora.parties.models import Team


@dataclass(frozen=True, slots=True)
class NamedChange:
    """A change and its words. problem: why it is not possible now."""

    change: Change
    words: str
    problem: str = ""

    @property
    def code(self) -> str:
        return self.change.code

    @property
    def slot(self) -> str:
        return self.change.slot


def named(changes: Iterable[Change], values: Mapping[str, str] | None = None) -> list[NamedChange]:
    """The changes with their words, one query a kind of row; those of a row that is not there are left out. `values`
    stand for the placeholders of a task."""
    changes = list(changes)
    rows = {
        kind: model.objects.in_bulk([one.pk for one in changes if one.kind in kinds and one.pk])
        for kind, model, kinds in (
            ("outcome", Outcome, ("resolved", "closed")),
            ("tag", Tag, ("tag", "untag")),
            ("team", Team, ("team",)),
        )
        if any(one.kind in kinds for one in changes)
    }
    if tasks := [one.pk for one in changes if one.kind == "task" and one.pk]:
        rows["task"] = TaskPlan.objects.select_related("person", "team", "third_party").in_bulk(tasks)
    found = ((change, _words(change, rows, values)) for change in changes)
    return [NamedChange(change, words) for change, words in found if words]


def named_codes(codes: Iterable[str]) -> list[NamedChange]:
    """As `named`, of what a browser sent; what is no code is left out."""
    return named(change for code in codes if (change := Change.read(code)))


def _words(change: Change, rows: dict, values: Mapping[str, str] | None) -> str:
    match change.kind, change.value:
        case "waiting", on if on in WaitingOn.values:
            return _("Wait on: %(whom)s") % {"whom": WaitingOn(on).label}
        case "resolved", _id if outcome := rows["outcome"].get(change.pk):
            return _("Resolve: %(outcome)s") % {"outcome": outcome}
        case "tag", _id if tag := rows["tag"].get(change.pk):
            return _("Tag: %(tag)s") % {"tag": tag}
        case "untag", _id if tag := rows["tag"].get(change.pk):
            return _("Without tag: %(tag)s") % {"tag": tag}
        case "team", _id if team := rows["team"].get(change.pk):
            return _("Team: %(team)s") % {"team": team}
        case "owner", "me":
            return _("Owner: me")
        case "owner", "nobody":
            return _("Owner: nobody")
        case "task", _id if plan := rows.get("task", {}).get(change.pk):
            return words_of(plan, values)
        case "priority", _number if change.pk in Priority.values:
            return _("Priority: %(name)s") % {"name": Priority(change.pk).label}
    return ""
