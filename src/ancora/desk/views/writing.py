"""Replies and notes, from the composer at the foot of a case."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ancora.cases import commands
from ancora.cases.queries import case_for, message_for, outcomes
from ancora.desk.composing import ReplyForm, WritingForm, composer_again, fresh_composer
from ancora.desk.views.access import agents_only, announce, people_only, say, wants_part
from ancora.desk.views.cases import show_case
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor


@require_POST
@agents_only
def reply(request, reference):
    """Send an answer; `then` may say what becomes of the case: `wait` or `resolve-<outcome>`."""
    case = case_for(request.user, reference)
    if request.POST.get("kind") == "note":
        return _again(request, case, "note", _("This is a note and was not sent. Choose “Reply” to send it."))
    form = ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _again(request, case, "reply", form.complaint)
    given = form.cleaned_data
    try:
        commands.reply_to_case(
            case,
            html=form.html,
            to=given["to"],
            cc=given["cc"],
            bcc=given["bcc"],
            files=given["files"],
            answers=message_for(request.user, given["answers"]) if given["answers"] else None,
            form_key=given["form_key"],
            author=request.user,
        )
    except Refusal as refusal:
        return _again(request, case, "reply", str(refusal))
    return _written(request, case, _("On its way."), _and_then(request, case))


@require_GET
@agents_only
def then_menu(request, reference):
    """What may become of the case when the reply is sent."""
    case = case_for(request.user, reference)
    return render(request, "desk/menus/then.html", {"case": case, "outcomes": outcomes(request.user)})


@require_POST
@people_only
def note(request, reference):
    case = case_for(request.user, reference)
    form = WritingForm(request.POST, request.FILES)
    if not form.is_valid():
        return _again(request, case, "note", form.complaint)
    given = form.cleaned_data
    try:
        commands.add_note(case, html=form.html, files=given["files"], form_key=given["form_key"], author=request.user)
    except Refusal as refusal:
        return _again(request, case, "note", str(refusal))
    return _written(request, case, _("Note added."), "")


def _and_then(request, case) -> str:
    """Does what was asked for after sending; returns why it could not be done, in words."""
    wanted, _dash, what = request.POST.get("then", "").partition("-")
    actor = Actor.human(request.user)
    try:
        if wanted == "wait":
            commands.wait_on(case, on="customer", actor=actor)
        elif wanted == "resolve":
            outcome = outcomes(request.user).filter(pk=int(what) if what.isdecimal() else 0).first()
            commands.resolve_case(case, outcome=outcome, actor=actor)
    except Refusal as refusal:
        return _("Sent. The status stays as it was: %(why)s") % {"why": refusal}
    return ""


def _written(request, case, done: str, trouble: str):
    if not wants_part(request):
        if trouble:
            messages.warning(request, trouble)
        return redirect("desk:case", case.reference)
    case = case_for(request.user, case.reference)
    composer = fresh_composer(request.user, case)
    response = render(request, "desk/composer.html", {"case": case, "composer": composer})
    response["HX-Retarget"], response["HX-Reswap"] = "#composer", "outerHTML"
    response = announce(response, **{"case:changed": case.pk, "desk:written": case.reference})
    return say(response, trouble or done, "warning" if trouble else "info")


def _again(request, case, kind: str, complaint: str):
    """Why nothing was sent, next to what was typed."""
    if wants_part(request):
        return render(request, "desk/complaint.html", {"complaint": complaint}, status=422)
    start = fresh_composer(request.user, case)
    return show_case(request, case, composer_again(kind, request.POST, complaint, start), status=422)
