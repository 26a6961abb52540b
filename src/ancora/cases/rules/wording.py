"""Rules in words: when, if, then; and what is not the same in two versions."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ancora.cases.rules.making import in_words
from ancora.cases.rules.models import Trigger


@dataclass(frozen=True, slots=True)
class Said:
    """conditions: as they are written, empty where there are none · changes: without the note."""

    when: str
    conditions: str
    words: str
    changes: list[str]
    note: str


def said(contents: Iterable[dict]) -> list[Said]:
    """The content of rules in words; as many queries for many."""
    contents = list(contents)
    changes = in_words(one["changes"] for one in contents)
    return [
        Said(_when(one), one["conditions"], one["words"], words, one["note"])
        for one, words in zip(contents, changes, strict=True)
    ]


def differences(pairs: list[tuple[dict | None, dict]]) -> list[list[tuple[str, str, str]]]:
    """For each pair of contents, before and after, what is not the same; of a first one nothing."""
    befores = said(before or after for before, after in pairs)
    afters = said(after for _before, after in pairs)
    return [
        _different(before, after, *told) if before else []
        for (before, after), told in zip(pairs, zip(befores, afters, strict=True), strict=True)
    ]


def _different(before: dict, after: dict, said_before: Said, said_after: Said) -> list[tuple[str, str, str]]:
    nothing = "–"
    rows = [
        (_("Name"), before["name"], after["name"]),
        (_("State"), _state(before), _state(after)),
        (pgettext("rule", "When"), said_before.when, said_after.when),
        (pgettext("rule", "If"), before["conditions"] or nothing, after["conditions"] or nothing),
        (_("Words in the message"), before["words"] or nothing, after["words"] or nothing),
        (pgettext("rule", "Then"), ", ".join(said_before.changes) or nothing, ", ".join(said_after.changes) or nothing),
        (_("Note"), before["note"] or nothing, after["note"] or nothing),
        (_("At most in an hour"), str(before["most_an_hour"]), str(after["most_an_hour"])),
        (_("At most in one case in an hour"), str(before["most_on_case"]), str(after["most_on_case"])),
    ]
    return [row for row in rows if row[1] != row[2]]


def _state(content: dict) -> str:
    return _("in use") if content["is_active"] else _("switched off")


def _when(content: dict) -> str:
    match content["trigger"]:
        case Trigger.SINCE_OPENED:
            return _("%(length)s after it was opened") % {"length": length(content["hours"])}
        case Trigger.SINCE_MESSAGE:
            return _("%(length)s after the last message") % {"length": length(content["hours"])}
        case Trigger.SINCE_RESOLVED:
            return _("%(length)s after it was resolved") % {"length": length(content["hours"])}
        case trigger:
            return str(Trigger(trigger).label)


def length(hours: int) -> str:
    """In days where they are whole ones."""
    if hours % 24:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = hours // 24
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
