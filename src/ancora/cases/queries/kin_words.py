"""What happened between a case and those it was split off, or with which it shares a problem, in words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ancora.platform.events.queries import Recorded

TYPES = [
    "case.split_off",
    "case.split_undone",
    "case.joined_problem",
    "case.left_problem",
    "case.answered_together",
    "answer.begun",
    "answer.stopped",
    "answer.taken_back",
]


def kin_words(event: Recorded, reference: int | None, *, is_new: bool) -> str:
    """Empty for an event of another kind. `reference`: the number of the other case · `is_new`: this one was split
    off."""
    told = {"reference": reference}
    match event.type:
        case "case.split_off" | "case.split_undone":
            count = event.attrs["messages"]
            return _split_words(event.type, count, is_new) % {**told, "count": count}
        case "case.joined_problem":
            return _("Belongs to the problem #%(reference)s") % told
        case "case.left_problem":
            return _("Belongs to the problem #%(reference)s no longer") % told
        case "case.answered_together":
            return _("Answered from the problem #%(reference)s") % told
        case "answer.begun":
            count = event.attrs["cases"]
            return ngettext("One answer to %(count)s case", "One answer to %(count)s cases", count) % {"count": count}
        case "answer.stopped":
            return _("The answer to all was stopped")
        case "answer.taken_back":
            return _("The answer to all was taken back, where it had not left")
        case _:
            return ""


def ways_on(event: Recorded, recorded: Iterable[Recorded]) -> dict[str, int]:
    """To where its line leads, by the name of the field of a change: a split that is not undone, a common answer."""
    if event.type == "answer.begun":
        return {"answer": _id_in(event, "answer")}
    if event.type != "case.split_off":
        return {}
    split = _id_in(event, "split")
    undone = any(one.type == "case.split_undone" and _id_in(one, "split") == split for one in recorded)
    return {} if undone else {"split": split}


def _id_in(event: Recorded, wanted: str) -> int:
    return next(pk for _field, kind, pk in event.objects if kind == wanted)


def _split_words(kind: str, count: int, is_new: bool) -> str:
    if kind == "case.split_off" and is_new:
        return ngettext(
            "%(count)s message split off from #%(reference)s",
            "%(count)s messages split off from #%(reference)s",
            count,
        )
    if kind == "case.split_off":
        return ngettext(
            "%(count)s message split off as #%(reference)s",
            "%(count)s messages split off as #%(reference)s",
            count,
        )
    if is_new:
        return _("The split was undone: all is in #%(reference)s again")
    return _("The split was undone: what was in #%(reference)s is here again")
