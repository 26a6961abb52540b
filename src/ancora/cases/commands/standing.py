"""How a case stands before and after something was sent in it, so that taking it back takes that back, too."""

from datetime import datetime

from django.db import transaction

from ancora.cases.commands.arrange import add_tag, assign_case, hand_off_case, remove_tag, set_priority
from ancora.cases.commands.status import close_case, reopen_case, resolve_case, wait_on
from ancora.cases.models import Case, CaseTag, Outcome, Status, Tag
from ancora.parties.models import Team
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor


def standing_of(case: Case) -> dict:
    """Everything that sending may change."""
    return {
        "status": _status(case),
        "owner": case.owner_id,
        "team": case.team_id,
        "priority": case.priority,
        "tags": sorted(CaseTag.objects.filter(case=case).values_list("tag_id", flat=True)),
        "excerpt": case.excerpt,
        "last_message_at": case.last_message_at.isoformat(),
    }


def stand_as_before(case: Case, before: dict, after: dict, *, then: str, author: User) -> bool:
    """What sending and its `then` changed is as before, where nobody changed it since; False: something stays."""
    after = {**after, "status": _made_by(then) or after["status"]}
    now, is_whole = standing_of(case), True
    for name, restore in _RESTORED.items():
        if after[name] == before[name] or now[name] == before[name]:
            continue
        is_whole &= now[name] == after[name] and _is_possible(restore, case, before[name], author)
    for pk in set(before["tags"]) ^ set(after["tags"]):
        is_wanted = pk in before["tags"]
        if (pk in now["tags"]) != is_wanted:
            is_whole &= _is_possible(_retag if is_wanted else _untag, case, pk, author)
    return is_whole


def _is_possible(restore, case: Case, was, author: User) -> bool:
    try:
        with transaction.atomic():
            restore(case, was, author)
    except (Refusal, Team.DoesNotExist, User.DoesNotExist, Outcome.DoesNotExist, Tag.DoesNotExist):
        case.refresh_from_db()
        return False
    return True


def _status(case: Case) -> list:
    if case.status == Status.WAITING:
        until = case.waits_until and case.waits_until.isoformat()
        return [case.status, case.waiting_on, until]
    return [case.status, case.outcome_id, None]


def _made_by(then: str) -> list | None:
    """The status that was asked for with the sending."""
    wanted, _dash, what = then.partition("-")
    if wanted == "wait":
        return [Status.WAITING, what or "customer", None]
    return [Status.RESOLVED, int(what), None] if wanted == "resolve" and what.isdecimal() else None


def _set_status(case: Case, was: list, author: User) -> None:
    status, what, until = was
    actor = Actor.human(author)
    until = datetime.fromisoformat(until) if until else None
    if status == Status.OPEN or (until and until <= clock.now()):
        reopen_case(case, actor=actor)
    elif status == Status.WAITING:
        wait_on(case, on=what, until=until, actor=actor)
    elif status in (Status.RESOLVED, Status.CLOSED):
        resolve_case(case, outcome=Outcome.objects.get(pk=what), actor=actor)
        if status == Status.CLOSED:
            close_case(case, actor=actor)


def _set_team(case: Case, was: int | None, author: User) -> None:
    # Who owns it stays: that is decided after this.
    hand_off_case(case, team=Team.objects.get(pk=was) if was else None, author=author, owner=case.owner)


def _set_owner(case: Case, was: int | None, author: User) -> None:
    assign_case(case, owner=User.objects.get(pk=was) if was else None, actor=Actor.human(author))


def _set_priority(case: Case, was: int, author: User) -> None:
    set_priority(case, priority=was, actor=Actor.human(author))


def _retag(case: Case, pk: int, author: User) -> None:
    add_tag(case, tag=Tag.objects.get(pk=pk), actor=Actor.human(author))


def _untag(case: Case, pk: int, author: User) -> None:
    remove_tag(case, tag=Tag.objects.get(pk=pk), actor=Actor.human(author))


_RESTORED = {"priority": _set_priority, "team": _set_team, "owner": _set_owner, "status": _set_status}
