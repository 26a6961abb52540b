"""What a bulk change wants of every case: the changes that macros know, and those that only a person asks for.

Codes: those of `macros.changes`, and `closed-yes`, `spam-yes`, `trash-yes`, `restored-yes`, `snooze-yes` (wait until
the moment that the bulk change names), `problem-<id>` (see `problems.in_bulk`). `from-<id>` and `from-nobody` change
nothing: they say who owned the cases when they were chosen, and a case that somebody else owns by now, or that is done
with, is left alone.
"""

import re
from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.cases.bulk.models import BulkChange
from ancora.cases.commands import status
from ancora.cases.macros.changes import Change
from ancora.cases.macros.naming import named
from ancora.cases.macros.using import make_changes
from ancora.cases.models import Case, Status, WaitingOn
from ancora.cases.problems.in_bulk import problem_id, words_of
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.ui.dates import spoken

DEEDS: dict[str, tuple[Callable, str]] = {
    "closed-yes": (status.close_case, gettext_lazy("Close for good")),
    "spam-yes": (status.mark_as_spam, gettext_lazy("Spam")),
    "trash-yes": (status.move_to_trash, gettext_lazy("Trash")),
    "restored-yes": (status.restore_case, gettext_lazy("Take it back")),
}
SNOOZE = "snooze-yes"
_HELD_BY = re.compile(r"from-(nobody|[0-9]{1,18})")


def require_wanted(codes: Iterable[str]) -> None:
    """Refuses what is no change, or changes of which one excludes another."""
    codes, slots = [code for code in codes if not _HELD_BY.fullmatch(code)], []
    for code in codes:
        change = None if code in (*DEEDS, SNOOZE) else Change.read(code)
        if problem_id(code):
            slots.append("problem")
            continue
        is_known = change and change.kind not in ("task", "untask")
        if not is_known and code not in (*DEEDS, SNOOZE):
            raise Refusal(_("That choice is no longer offered. Open the menu again."))
        slots.append(change.slot if change else "status")
    if not codes:
        raise Refusal(_("Choose at least one change."))
    if len(set(slots)) < len(slots):
        raise Refusal(_("Two of these changes exclude each other. Choose one of them."))


def make_wanted(case: Case, bulk: BulkChange) -> None:
    """All changes in one case, or a refusal that says why not."""
    actor = Actor.human(bulk.author)
    _require_held_as_seen(case, bulk)
    try:
        make_changes(case, _changes_of(bulk), author=bulk.author)
    except Refusal as refusal:
        raise refusal.__cause__ or refusal from refusal
    for code in bulk.changes:
        if code in DEEDS:
            DEEDS[code][0](case, actor=actor)
        elif code == SNOOZE:
            status.wait_on(case, on=case.waiting_on or WaitingOn.US, until=bulk.waits_until, actor=actor)


def _require_held_as_seen(case: Case, bulk: BulkChange) -> None:
    seen = next((found[1] for code in bulk.changes if (found := _HELD_BY.fullmatch(code))), None)
    if seen is None:
        return
    if str(case.owner_id or "nobody") != seen:
        raise Refusal(_("%(name)s has it now.") % {"name": case.owner} if case.owner else _("Nobody has it now."))
    if case.status not in (Status.OPEN, Status.WAITING):
        raise Refusal(_("It is %(status)s by now.") % {"status": case.get_status_display().lower()})


def in_words(bulks: Iterable[BulkChange]) -> dict[int, list[str]]:
    """By id, the changes of each as people read them; as many queries for many."""
    bulks = list(bulks)
    known = {change for bulk in bulks for change in _changes_of(bulk)}
    words = {one.code: one.words for one in named(known)}
    words |= {"open-again": _("Reopen"), "team-none": _("Team: none")}
    owners = User.objects.in_bulk([change.pk for change in known if change.kind == "owner" and change.pk])
    words |= {f"owner-{pk}": _("Owner: %(name)s") % {"name": person} for pk, person in owners.items()}
    words |= words_of({code for bulk in bulks for code in bulk.changes})
    words |= {code: str(label) for code, (_command, label) in DEEDS.items()}
    return {
        bulk.pk: [_words(bulk, code, words) for code in bulk.changes if not _HELD_BY.fullmatch(code)] for bulk in bulks
    }


def _changes_of(bulk: BulkChange) -> list[Change]:
    return [change for code in bulk.changes if code not in DEEDS and (change := Change.read(code))]


def _words(bulk: BulkChange, code: str, words: dict[str, str]) -> str:
    if code == SNOOZE:
        return _("Wait until %(moment)s") % {"moment": spoken(bulk.waits_until, "j F, H:i")}
    return words.get(code, code)
