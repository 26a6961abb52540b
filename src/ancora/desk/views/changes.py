"""The small changes of a case. GET shows the menu, POST changes and answers with the case's new head."""

from typing import NamedTuple

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ancora.cases import commands
from ancora.cases.models import Priority, Status, WaitingOn
from ancora.cases.queries import case_for, outcomes, sender_address_of, suspicion_of, tags, tags_of
from ancora.cases.queries.people import people_who_see
from ancora.desk.moments import later_moments, read_moment
from ancora.desk.tasks.finishing import Unfinished, require_finished
from ancora.desk.views.access import agents_only, announce, say, wants_part
from ancora.desk.views.cases import head_of
from ancora.parties.queries import active_teams
from ancora.platform import clock
from ancora.platform.accounts.queries import active_people
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.ui.dates import spoken


class Undo(NamedTuple):
    """What was done, in words, and the choice of the status menu that takes it back."""

    words: str
    choice: str


def _menu(name, context, change):
    """A view of one menu: `context(viewer, case)` fills it, `change(viewer, case, given)` does what was chosen and
    may return an `Undo`."""

    @require_http_methods(["GET", "POST"])
    @agents_only
    def view(request, reference):
        case = case_for(request.user, reference)
        if request.method == "GET":
            found = {"case": case, "menu": name, **context(request.user, case)}
            part = f"desk/menus/{name}.html"
            return render(request, part if wants_part(request) else "desk/menu.html", {**found, "part": part})
        try:
            undo = change(request.user, case, request.POST)
        except Refusal as refusal:
            return _refused(request, case, refusal)
        return _changed(request, case_for(request.user, reference), undo)

    return view


def _changed(request, case, undo):
    if not wants_part(request):
        return redirect("desk:case", case.reference)
    response = render(request, "desk/changed.html", {**head_of(case), "undo": undo})
    # An undo comes from a toast, which may outlive the page of its case: it swaps nothing in.
    return announce(response, **{"case:changed" if "undo" in request.GET else "timeline:changed": case.pk})


def _refused(request, case, refusal):
    if isinstance(refusal, Unfinished):
        return _unfinished(request, case, refusal)
    if wants_part(request):
        return say(render(request, "desk/head.html", head_of(case), status=422), refusal, "error")
    messages.error(request, str(refusal))
    return redirect("desk:case", case.reference)


def _unfinished(request, case, refusal):
    """What is left to do, and the click that resolves the case all the same."""
    context = {**head_of(case), "unfinished": refusal, "part": "desk/tasks/unfinished.html"}
    return render(request, "desk/head.html" if wants_part(request) else "desk/menu.html", context, status=422)


def _no_such_choice():
    return Refusal(_("That choice is no longer offered. Open the menu again."))


def _pick(rows, pk):
    """The row of a list that was chosen; `Refusal` when the list no longer has it."""
    found = rows.filter(pk=int(pk)).first() if str(pk).isdecimal() and len(str(pk)) < 19 else None
    if found is None:
        raise _no_such_choice()
    return found


def _owners(viewer, case):
    return {"people": [person for person in people_who_see(case) if person.is_agent and person != viewer]}


def _set_owner(viewer, case, given):
    owner = _pick(active_people(viewer), given["owner"]) if given.get("owner") else None
    commands.assign_case(case, owner=owner, actor=Actor.human(viewer))


def _teams(viewer, case):
    return {"teams": active_teams(viewer)}


def _set_team(viewer, case, given):
    team = _pick(active_teams(viewer), given["team"]) if given.get("team") else None
    commands.hand_off_case(case, team=team, why=given.get("why", ""), author=viewer)


def _priorities(viewer, case):
    return {"priorities": reversed(Priority.choices)}


def _set_priority(viewer, case, given):
    chosen = given.get("priority", "")
    commands.set_priority(case, priority=int(chosen) if chosen.isdecimal() else 0, actor=Actor.human(viewer))


def _tags(viewer, case):
    held = tags_of(case)
    return {"held": held, "others": [tag for tag in tags(viewer) if tag not in held]}


def _set_tags(viewer, case, given):
    actor = Actor.human(viewer)
    if given.get("remove"):
        wanted = next((tag for tag in tags_of(case) if str(tag.pk) == given["remove"]), None)
        if wanted is not None:
            commands.remove_tag(case, tag=wanted, actor=actor)
        return
    commands.add_tag(case, tag=commands.create_tag(given.get("label", ""), actor=actor), actor=actor)


def _statuses(viewer, case):
    return {"outcomes": outcomes(viewer), "waits": WaitingOn.choices, "sender": sender_address_of(case)}


def _set_status(viewer, case, given):
    actor = Actor.human(viewer)
    wanted, _dash, what = given.get("status", "").partition("-")
    match wanted:
        case "waiting":
            on, _at, until = what.partition("@")
            commands.wait_on(case, on=on, until=read_moment(until) if until else None, actor=actor)
        case "resolved":
            if not given.get("anyway"):
                require_finished(case, given["status"])
            commands.resolve_case(case, outcome=_pick(outcomes(viewer), what), actor=actor)
        case "open":
            commands.reopen_case(case, actor=actor)
        case "closed":
            commands.close_case(case, actor=actor)
        case "restored":
            commands.restore_case(case, actor=actor)
        case "spam" if what == "block":
            choice = "unblocked-alone" if case.status == Status.SPAM else "unblocked"
            block = commands.block_sender_of(case, author=viewer)
            return Undo(_("In spam. New mail of %(sender)s goes there too.") % {"sender": block}, choice)
        case "spam":
            commands.mark_as_spam(case, actor=actor)
        case "unblocked":
            if block := suspicion_of(case).block:
                commands.unblock_sender(block, author=viewer)
            if what != "alone":
                commands.restore_case(case, actor=actor)
        case "trash":
            commands.move_to_trash(case, actor=actor)
        case _:
            raise _no_such_choice()
    words = {"spam": _("Moved to spam."), "trash": _("Moved to trash.")}.get(wanted)
    return Undo(words, "restored") if words else None


def _moments(viewer, case):
    return {"moments": later_moments(), "earliest": localtime(clock.now()), "whom": case.waiting_on or WaitingOn.US}


def _set_moment(viewer, case, given):
    until = read_moment(given.get("at") or given.get("until", ""))
    choice = _choice_of(case)
    commands.wait_on(case, on=case.waiting_on or WaitingOn.US, until=until, actor=Actor.human(viewer))
    words = _("Waits until %(moment)s, or until the customer writes.")
    return Undo(words % {"moment": spoken(until, "j F, H:i")}, choice)


def _choice_of(case) -> str:
    """The choice of the status menu that brings the case back to where it stands."""
    if case.status == Status.WAITING:
        return f"waiting-{case.waiting_on}" + (f"@{case.waits_until.isoformat()}" if case.waits_until else "")
    return f"resolved-{case.outcome_id}" if case.is_done and case.outcome_id else "open"


owner = _menu("owner", _owners, _set_owner)
team = _menu("team", _teams, _set_team)
priority = _menu("priority", _priorities, _set_priority)
tags_view = _menu("tags", _tags, _set_tags)
status = _menu("status", _statuses, _set_status)
snooze = _menu("snooze", _moments, _set_moment)
