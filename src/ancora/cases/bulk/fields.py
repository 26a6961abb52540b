"""What of a case a bulk change may change, as it can be kept: to be compared, and brought back by the commands.

A standing is a dict of plain values: status (with whom and what belongs to it), owner, team, priority, and the tags.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.cases.commands import arrange, status
from ancora.cases.models import Case, CaseTag, Outcome, Status, Tag, WaitingOn
from ancora.parties.models import Team
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor

# In the order in which they are brought back: the owner after the team, which may release one; the status last.
NAMES = {
    "priority": gettext_lazy("Priority"),
    "tags": gettext_lazy("Tags"),
    "team": gettext_lazy("Team"),
    "owner": gettext_lazy("Owner"),
    "status": gettext_lazy("Status"),
}


def standing_of(case: Case) -> dict[str, object]:
    """How a case stands; one query."""
    until = case.waits_until.isoformat() if case.status == Status.WAITING and case.waits_until else None
    outcome = case.outcome_id if case.status in (Status.RESOLVED, Status.CLOSED) else None
    return {
        "priority": case.priority,
        "tags": sorted(CaseTag.objects.filter(case=case).values_list("tag_id", flat=True)),
        "team": case.team_id,
        "owner": case.owner_id,
        "status": [case.status, case.waiting_on, until, outcome],
    }


def difference(before: dict, after: dict) -> dict[str, list]:
    """{field: [before, after]} of what is not the same; of tags what went and what came."""
    found = {name: [before[name], after[name]] for name in NAMES if before[name] != after[name]}
    if "tags" in found:
        held, holds = set(before["tags"]), set(after["tags"])
        found["tags"] = [sorted(held - holds), sorted(holds - held)]
    return found


def bring_back(case: Case, changed: dict[str, list], *, author: User) -> list[str]:
    """Each field is what it was, where it is still what it was changed to. Gives the names of those left alone."""
    now, left = standing_of(case), []
    for name in NAMES:
        if name not in changed:
            continue
        before, after = changed[name]
        try:
            with transaction.atomic():
                is_back = _BACK[name](case, before, after, now[name], author)
        except Refusal:
            case.refresh_from_db()
            is_back = False
        if not is_back:
            left.append(str(NAMES[name]))
    return left


def _tags_back(case: Case, went: list[int], came: list[int], held: list[int], author: User) -> bool:
    actor, is_back = Actor.human(author), True
    for tag in Tag.objects.filter(pk__in=[*went, *came]).order_by("pk"):
        if (tag.pk in came) != (tag.pk in held):
            is_back = False
        elif tag.pk in came:
            arrange.remove_tag(case, tag=tag, actor=actor)
        else:
            arrange.add_tag(case, tag=tag, actor=actor)
    return is_back


def _priority_back(case: Case, before: int, after: int, now: int, author: User) -> bool:
    if now == after:
        arrange.set_priority(case, priority=before, actor=Actor.human(author))
    return now == after


def _team_back(case: Case, before: int | None, after: int | None, now: int | None, author: User) -> bool:
    if now != after:
        return False
    owner = case.owner
    arrange.hand_off_case(case, team=Team.objects.filter(pk=before).first(), author=author)
    # Whoever has it now keeps it: the owner is a field of its own.
    arrange.assign_case(case, owner=owner, actor=Actor.human(author))
    return True


def _owner_back(case: Case, before: int | None, after: int | None, now: int | None, author: User) -> bool:
    if now == after:
        owner = User.objects.filter(pk=before).first() if before else None
        arrange.assign_case(case, owner=owner, actor=Actor.human(author))
    return now == after


def _status_back(case: Case, before: list, after: list, now: list, author: User) -> bool:
    if now != after:
        return False
    wanted, on, until, outcome = before
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
    return True


def _wait_again(case: Case, on: str, until: str | None, actor: Actor) -> None:
    """Until its moment; when that has passed it would be open by now."""
    moment = datetime.fromisoformat(until) if until else None
    if moment and moment <= clock.now():
        status.reopen_case(case, actor=actor)
    else:
        status.wait_on(case, on=on or WaitingOn.US, until=moment, actor=actor)


def _end_again(case: Case, wanted: str, outcome_id: int | None, actor: Actor) -> None:
    outcome = Outcome.objects.filter(pk=outcome_id).first()
    if case.status != wanted or case.outcome_id != outcome_id:
        if outcome is None:
            raise Refusal(_("Choose an outcome, so that others can learn from the case."))
        status.resolve_case(case, outcome=outcome, actor=actor)
    if wanted == Status.CLOSED:
        status.close_case(case, actor=actor)


_BACK = {
    "priority": _priority_back,
    "tags": _tags_back,
    "team": _team_back,
    "owner": _owner_back,
    "status": _status_back,
}
