"""How a case stands, as it can be kept: to be compared, and brought back by the commands.

A standing is a dict of plain values: priority, tags, team, owner, and status with whom it waits for and what it ended
with.
"""

from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils.translation import gettext_lazy

from ancora.cases.commands import arrange, status
from ancora.cases.models import Case, CaseTag, Outcome, Status, Tag, WaitingOn
from ancora.parties.models import Team
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor

# In the order in which they are brought back: the owner after the team, the status last.
NAMES = {
    "priority": gettext_lazy("Priority"),
    "tags": gettext_lazy("Tags"),
    "team": gettext_lazy("Team"),
    "owner": gettext_lazy("Owner"),
    "status": gettext_lazy("Status"),
}


def standing_of(case: Case) -> dict[str, object]:
    """How a case stands; one query."""
    waits = case.status == Status.WAITING
    until = case.waits_until.isoformat() if waits and case.waits_until else None
    outcome = case.outcome_id if case.status in (Status.RESOLVED, Status.CLOSED) else None
    return {
        "priority": case.priority,
        "tags": sorted(CaseTag.objects.filter(case=case).values_list("tag_id", flat=True)),
        "team": case.team_id,
        "owner": case.owner_id,
        "status": standing_status(case.status, on=case.waiting_on if waits else "", until=until, outcome=outcome),
    }


def standing_status(wanted: str, *, on: str = "", until: str | None = None, outcome: int | None = None) -> list:
    """A status as it stands in a standing."""
    return [str(wanted), str(on), until, outcome]


def difference(before: dict, after: dict) -> dict[str, list]:
    """{field: [before, after]} of what is not the same; of tags what went and what came."""
    found = {name: [before[name], after[name]] for name in NAMES if before[name] != after[name]}
    if "tags" in found:
        held, holds = set(before["tags"]), set(after["tags"])
        found["tags"] = [sorted(held - holds), sorted(holds - held)]
    return found


def stand_as_before(case: Case, changed: dict[str, list], *, author: User) -> list[str]:
    """Each field is what it was, where it is still what it was changed to. Gives the names of those left alone."""
    now, left = standing_of(case), []
    for name in NAMES:
        if name in changed and changed[name][0] != now[name] and not _is_back(case, name, changed[name], now, author):
            left.append(str(NAMES[name]))
    return left


def _is_back(case: Case, name: str, changed: list, now: dict, author: User) -> bool:
    before, after = changed
    if name == "tags":
        went_back = [_is_tag_back(case, pk, pk in before, now["tags"], author) for pk in sorted({*before, *after})]
        return all(went_back)
    return now[name] == after and _is_possible(_RESTORED[name], case, before, author)


def _is_tag_back(case: Case, pk: int, is_wanted: bool, held: list[int], author: User) -> bool:
    # Who put it back, or took it off, meanwhile meant the same.
    return (pk in held) == is_wanted or _is_possible(_retag if is_wanted else _untag, case, pk, author)


def _is_possible(restore, case: Case, was, author: User) -> bool:
    try:
        with transaction.atomic():
            restore(case, was, author)
    except (Refusal, ObjectDoesNotExist):
        case.refresh_from_db()
        return False
    return True


def _retag(case: Case, pk: int, author: User) -> None:
    arrange.add_tag(case, tag=Tag.objects.get(pk=pk), actor=Actor.human(author))


def _untag(case: Case, pk: int, author: User) -> None:
    arrange.remove_tag(case, tag=Tag.objects.get(pk=pk), actor=Actor.human(author))


def _set_priority(case: Case, was: int, author: User) -> None:
    arrange.set_priority(case, priority=was, actor=Actor.human(author))


def _set_team(case: Case, was: int | None, author: User) -> None:
    # Who owns it stays: that is decided after this.
    arrange.hand_off_case(case, team=Team.objects.get(pk=was) if was else None, author=author, owner=case.owner)


def _set_owner(case: Case, was: int | None, author: User) -> None:
    arrange.assign_case(case, owner=User.objects.get(pk=was) if was else None, actor=Actor.human(author))


def _set_status(case: Case, was: list, author: User) -> None:
    wanted, on, until, outcome = was
    actor = Actor.human(author)
    if case.is_removed and wanted not in (Status.SPAM, Status.TRASH):
        status.restore_case(case, actor=actor)
    match wanted:
        case Status.OPEN:
            status.reopen_case(case, actor=actor)
        case Status.WAITING:
            _wait_again(case, on, until, actor)
        case Status.RESOLVED | Status.CLOSED:
            _end_again(case, wanted, outcome, actor)
        case Status.SPAM:
            status.mark_as_spam(case, actor=actor)
        case Status.TRASH:
            status.move_to_trash(case, actor=actor)


def _wait_again(case: Case, on: str, until: str | None, actor: Actor) -> None:
    """Until its moment; when that has passed it would be open by now."""
    moment = datetime.fromisoformat(until) if until else None
    if moment and moment <= clock.now():
        status.reopen_case(case, actor=actor)
    else:
        status.wait_on(case, on=on or WaitingOn.US, until=moment, actor=actor)


def _end_again(case: Case, wanted: str, outcome_id: int | None, actor: Actor) -> None:
    if case.status != wanted or case.outcome_id != outcome_id:
        status.resolve_case(case, outcome=Outcome.objects.get(pk=outcome_id), actor=actor)
    if wanted == Status.CLOSED:
        status.close_case(case, actor=actor)


_RESTORED = {"priority": _set_priority, "team": _set_team, "owner": _set_owner, "status": _set_status}
