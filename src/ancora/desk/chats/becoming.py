"""What becomes of a chat: its menu, and what is chosen there."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ancora.cases.commands import chats as commands
from ancora.cases.commands.blocking import block_visitor_of
from ancora.cases.queries import case_for, case_on_screen, outcomes
from ancora.cases.queries.chats import chat_of
from ancora.cases.queries.people import people_who_see
from ancora.conversations.chats.commands.guests import guests_in
from ancora.desk.composing import fresh_composer
from ancora.desk.tasks.finishing import require_finished
from ancora.desk.views.access import agents_only, announce, number_in, say, wants_part
from ancora.parties.queries import active_teams
from ancora.platform.accounts.models import Role
from ancora.platform.errors import Refusal

VERBS = ("end", "park", "hand", "invite", "leave")


@require_GET
@agents_only
def menu_part(request, reference):
    return _menu(request, case_for(request.user, reference))


@require_POST
@agents_only
def become(request, reference, verb):
    """The composer as it is then, or the menu with why not."""
    case = case_for(request.user, reference)
    try:
        done = _ACTS[verb](request, case)
    except Refusal as refusal:
        if wants_part(request):
            return _menu(request, case, verb=verb, complaint=str(refusal))
        messages.error(request, str(refusal))
        return redirect("desk:case", case.reference)
    if not wants_part(request):
        messages.success(request, done)
        return redirect("desk:case", case.reference)
    case = case_on_screen(request.user, reference)
    context = {"case": case, "composer": fresh_composer(request.user, case)}
    response = render(request, "desk/composer.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = "#composer", "outerHTML"
    return say(announce(response, **{"case:changed": case.pk, "chats:changed": {}}), done)


def _end(request, case) -> str:
    outcome = None
    if wanted := number_in(request.POST.get("outcome")):
        require_finished(case, "")
        outcome = outcomes(request.user).filter(pk=wanted).first()
        if outcome is None:
            raise Refusal(_("That outcome is no longer in use. Open the menu again."))
    commands.end_chat_of(case, author=request.user, outcome=outcome)
    return _("The chat has ended.")


def _park(request, case) -> str:
    email = request.POST.get("email", "")
    commands.park_chat(case, author=request.user, email=email, form_key=_key(request))
    return _("The chat goes on by e-mail.")


def _hand(request, case) -> str:
    kind, _dash, pk = request.POST.get("whom", "").partition("-")
    person = _colleagues(request, case).filter(pk=number_in(pk)).first() if kind == "person" else None
    team = active_teams(request.user).filter(pk=number_in(pk)).first() if kind == "team" else None
    context = request.POST.get("context", "")
    commands.hand_over_chat(
        case, author=request.user, context=context, form_key=_key(request), person=person, team=team
    )
    return _("The chat is with %(name)s now.") % {"name": person or team}


def _invite(request, case) -> str:
    kind, _dash, pk = request.POST.get("whom", "").partition("-")
    person = _colleagues(request, case).filter(pk=number_in(pk)).first() if kind == "person" else None
    context = request.POST.get("context", "").strip()
    commands.invite_to_chat(case, author=request.user, person=person, context=context, form_key=_key(request))
    return _("%(name)s was asked into the chat.") % {"name": person}


def _leave(request, case) -> str:
    commands.leave_chat(case, author=request.user)
    return _("You have left the chat.")


def _block(request, case) -> str:
    block_visitor_of(case, author=request.user)
    return _("The visitor is blocked.")


_ACTS = {"end": _end, "park": _park, "hand": _hand, "invite": _invite, "leave": _leave, "block": _block}


def _menu(request, case, *, verb: str = "", complaint: str = ""):
    chat = chat_of(request.user, case)
    if chat is None:
        raise Http404("No chat here.")
    guests = guests_in(chat.pk)
    context = {
        "case": case,
        "complaint": complaint,
        "given": request.POST,
        "email": chat.email,
        "keys": (uuid4(), uuid4()),
        "outcomes": outcomes(request.user),
        "verb": verb,
        "whom": request.POST.get("whom", ""),
        "people": [(f"person-{one.pk}", str(one)) for one in _colleagues(request, case)],
        "teams": [(f"team-{one.pk}", one.name) for one in active_teams(request.user)],
        "guests": guests,
        "may_leave": request.user in guests or request.user.pk == case.owner_id,
    }
    return render(request, "desk/chats/menu.html", context, status=422 if complaint else 200)


def _colleagues(request, case):
    return people_who_see(case).exclude(pk=request.user.pk).exclude(role=Role.OBSERVER)


def _key(request) -> UUID:
    try:
        return UUID(request.POST.get("form_key", ""))
    except ValueError:
        raise Refusal(_("That choice is no longer offered. Open the menu again.")) from None
