"""Changes in words, as they stand on the chips of a composer."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ancora.cases.macros.changes import Change
from ancora.cases.models import Outcome, Priority, Tag, WaitingOn
from ancora.parties.models import Team


@dataclass(frozen=True, slots=True)
class NamedChange:
    """A change and its words."""

    change: Change
    words: str

    @property
    def code(self) -> str:
        return self.change.code

    @property
    def slot(self) -> str:
        return self.change.slot


def named(changes: Iterable[Change]) -> list[NamedChange]:
    """The changes with their words, one query a kind of row; those of a row that is not there are left out."""
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
    found = ((change, _words(change, rows)) for change in changes)
    return [NamedChange(change, words) for change, words in found if words]


def named_codes(codes: Iterable[str]) -> list[NamedChange]:
    """As `named`, of what a browser sent; what is no code is left out."""
    return named(change for code in codes if (change := Change.read(code)))


def _words(change: Change, rows: dict) -> str:
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
        case "priority", _number if change.pk in Priority.values:
            return _("Priority: %(name)s") % {"name": Priority(change.pk).label}
    return ""
