"""What completes a condition of a search while it is typed: first its name, then its value."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancora.cases.queries import tags
from ancora.cases.queries.asked import OPERATORS
from ancora.desk.choices import Choice, fits
from ancora.parties.queries import active_teams
from ancora.platform.accounts.queries import active_people

MOST = 8
LEAST_LETTERS = 2
# As they are offered; the search understands both languages.
NAMES = {
    "from": (pgettext_lazy("condition", "from"), _("who wrote: name, address or number")),
    "tag": (pgettext_lazy("condition", "tag"), _("with this tag")),
    "is": (pgettext_lazy("condition", "is"), _("how it stands")),
    "owner": (pgettext_lazy("condition", "owner"), _("whose it is")),
    "team": (pgettext_lazy("condition", "team"), _("of this team")),
    "priority": (pgettext_lazy("condition", "priority"), _("how urgent it is")),
    "due": (pgettext_lazy("condition", "due"), _("due within this time, or late")),
    "before": (pgettext_lazy("condition", "before"), _("the last message before this day")),
    "after": (pgettext_lazy("condition", "after"), _("the last message from this day on")),
}
VALUES = {
    "is": [
        pgettext_lazy("condition", "open"),
        pgettext_lazy("condition", "waiting"),
        pgettext_lazy("condition", "resolved"),
        pgettext_lazy("condition", "closed"),
        pgettext_lazy("condition", "spam"),
        pgettext_lazy("condition", "trash"),
        pgettext_lazy("condition", "late"),
    ],
    "due": ["4h", "2d", pgettext_lazy("condition", "today")],
    "priority": [
        pgettext_lazy("condition", "urgent"),
        pgettext_lazy("condition", "high"),
        pgettext_lazy("condition", "normal"),
        pgettext_lazy("condition", "low"),
    ],
    "owner": [pgettext_lazy("condition", "me"), pgettext_lazy("condition", "nobody")],
    "before": [pgettext_lazy("condition", "today"), pgettext_lazy("condition", "yesterday"), "7d", "30d"],
}
VALUES["after"] = VALUES["before"]


def narrowed(viewer, words: str) -> list[Choice]:
    """What may follow what was typed; nothing behind a space or an unknown name. One query at most."""
    before, space, last = words.rpartition(" ")
    minus = "-" if last.startswith("-") else ""
    before, last = before + space + minus, last.removeprefix(minus)
    name, colon, value = last.partition(":")
    if colon:
        return _values(viewer, before, name, value.lstrip('"'))
    if len(last) < LEAST_LETTERS:
        return []
    return names_of_conditions(before, last)


def names_of_conditions(before: str = "", last: str = "") -> list[Choice]:
    """The conditions that `last` begins, to follow `before`."""
    return [
        Choice(f"{label}:", "search", fill=f"{before}{label}:", hint=str(hint))
        for label, hint in NAMES.values()
        if str(label).startswith(last.lower())
    ]


def _values(viewer, before: str, name: str, typed: str) -> list[Choice]:
    operator = OPERATORS.get(name.lower())
    known = [str(value) for value in VALUES.get(operator, [])] + _stored(viewer, operator)
    offered = [value for value in known if fits(value, typed)][:MOST]
    if offered == [typed]:
        return []
    return [Choice(text := f"{name}:{quoted(value)}", "search", fill=f"{before}{text} ") for value in offered]


def _stored(viewer, operator: str | None) -> list[str]:
    match operator:
        case "tag":
            return list(tags(viewer).order_by("label").values_list("label", flat=True))
        case "owner":
            return list(active_people(viewer).values_list("name", flat=True))
        case "team":
            return list(active_teams(viewer).values_list("name", flat=True))
        case _:
            return []


def quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value
