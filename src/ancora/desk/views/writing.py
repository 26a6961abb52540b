"""Replies, forwarded messages and notes, from the composer at the foot of a case."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ancora.cases import commands
from ancora.cases.macros.changes import Change
from ancora.cases.macros.using import write_with_macros
from ancora.cases.queries import attachment_for, case_for, case_on_screen, message_for, outcomes
from ancora.conversations.channels.email.writing import plain_text
from ancora.conversations.identities import identity_for
from ancora.desk.composing import composer_again, composer_for, fresh_composer
from ancora.desk.drafts import another_composer, undo_until, usual_composer, written_in
from ancora.desk.enclosing import kept_again, letter_of, note_of
from ancora.desk.holding import MOST_COUNTED, held_words, later_words, seconds_held, undo_words
from ancora.desk.letters import reads_like_letter
from ancora.desk.moments import sending_moments
from ancora.desk.sharing.reading import drawn_conflict, key_of
from ancora.desk.tasks.finishing import require_finished, resolves, without_resolving
from ancora.desk.views.access import agents_only, announce, number_in, people_only, say, say_later, wants_part
from ancora.desk.views.cases import show_case, way_asked
from ancora.desk.writing_forms import ForwardForm, ReplyForm, WritingForm
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor


@require_GET
@people_only
def composer_part(request, reference):
    """The composer for another message: `?answers=<id>`, with `to=all` to everybody, or `?forward=<id>`; or with
    `?draft=1` as the viewer left it in the case, or with `shared=<id>` as a colleague did who shares it; `by=mail` and
    `by=chat` as for the page."""
    case = case_on_screen(request.user, reference)
    if "draft" in request.GET:
        way = way_asked(request)
        composer = usual_composer(request.user, case, shared=number_in(request.GET.get("shared")), way=way)
    else:
        composer = another_composer(request.user, case, request.GET)
    return render(request, "desk/composer.html", {"case": case, "composer": composer})


@require_POST
@agents_only
def reply(request, reference):
    """Send an answer; `then` may say what becomes of the case: `wait-<on whom>` or `resolve-<outcome>`."""
    case = case_for(request.user, reference)
    form = ReplyForm(request.POST, request.FILES)
    if request.POST.get("kind") == "note":
        return _again(request, case, form, "note", _("This is a note and was not sent. Choose “Reply” to send it."))
    if not form.is_valid():
        return _again(request, case, form, "reply", form.complaint)
    given = form.cleaned_data
    try:
        answers = message_for(request.user, given["answers"]) if given["answers"] else None
        letter = {"answers": answers, "seen": given["seen"], "as_of": given["as_of"], **_letter(request, form)}
        message = _write(request, form, case, lambda: commands.reply_to_case(case, **letter))
    except commands.Overtaken as stop:
        return _again(request, case, form, "reply", str(stop), stop=stop)
    except Refusal as refusal:
        return _again(request, case, form, "reply", refusal)
    return _written(request, case, _sent(case, _("On its way.")), _and_then(request, case), message)


@require_POST
@agents_only
def forward(request, reference):
    """Pass a message on to somebody else, with the chosen ones of its files; `then` as for an answer."""
    case = case_for(request.user, reference)
    form = ForwardForm(request.POST, request.FILES)
    if not form.is_valid():
        return _again(request, case, form, "forward", form.complaint)
    given = form.cleaned_data
    message = message_for(request.user, given["forwards"])
    try:
        enclosed = [attachment_for(request.user, pk) for pk in given["enclosed"]]
        letter = {"enclosed": enclosed, "as_of": given["as_of"], **_letter(request, form)}
        sent = _write(request, form, case, lambda: commands.forward_from_case(case, message, **letter))
    except commands.Overtaken as stop:
        return _again(request, case, form, "forward", str(stop), stop=stop)
    except Refusal as refusal:
        return _again(request, case, form, "forward", refusal)
    return _written(request, case, _sent(case, _("Forwarded.")), _and_then(request, case), sent)


@require_GET
@agents_only
def then_menu(request, reference):
    """What may become of the case when the reply is sent, or when something is passed on (`?forward=1`)."""
    case = case_for(request.user, reference)
    context = {"case": case, "outcomes": outcomes(request.user), "is_forward": "forward" in request.GET}
    context["moments"] = sending_moments()
    return render(request, "desk/menus/then.html", context)


@require_POST
@people_only
def note(request, reference):
    case = case_for(request.user, reference)
    form = WritingForm(request.POST, request.FILES)
    if not form.is_valid():
        return _again(request, case, form, "note", form.complaint)
    try:
        html, files = note_of(form, request.user)
        # Who confirms it means a note; who cannot write to customers writes none by mistake.
        if request.user.is_agent and "meant" not in request.POST and _begins_like_letter(html, case):
            question = _("This reads like a letter to the customer: add it as a note, or switch to reply?")
            return _again(request, case, form, "note", question, is_letter=True)
        key = form.cleaned_data["form_key"]
        told = {"html": html, "files": files, "form_key": key, "author": request.user}
        told |= {name: number_in(request.POST.get(given)) for name, given in _OF_SHARED.items()}
        _write(request, form, case, lambda: commands.add_drafted_note(case, **told))
    except Refusal as refusal:
        return _again(request, case, form, "note", refusal)
    why = _why_not_resolved(request, case)
    trouble = _("Note added. The status stays as it was: %(why)s") % {"why": why} if why else ""
    return _written(request, case, _("Note added."), trouble)


# What a note says of the colleague's draft it is.
_OF_SHARED = {"shared": "draft", "version": "version"}


def _begins_like_letter(html: str, case) -> bool:
    return reads_like_letter(plain_text(html), case.customer.name)


def _write(request, form, case, write):
    """What `write` writes, together with what macros change; what was chosen for after sending goes before their
    status."""
    given = form.cleaned_data
    changes = [one for one in given["change"] if one.slot != "status" or not request.POST.get("then")]
    changes = without_resolving(case, changes)
    who = {"author": request.user, "form_key": given["form_key"]}
    return write_with_macros(case, write, changes=changes, macro_ids=given["macro"], **who)


def _letter(request, form) -> dict:
    """What replies and forwarded messages have in common."""
    given = form.cleaned_data
    html, files = letter_of(form, request.user)
    until = given["send_at"] or undo_until(request.user)
    return {
        **{name: given[name] for name in ("to", "cc", "bcc", "form_key")},
        "html": html,
        "files": files,
        "identity": identity_for(request.user, given["sender"]) if given["sender"] else None,
        "is_signed": not given["unsigned"],
        "author": request.user,
        "send_at": until,
        "unless_answered": bool(given["send_at"]) and given["unless_answered"],
        "written": written_in(request.POST, kept=kept_again(form, request.user) if until else None),
    }


def _sent(case, words: str) -> str:
    return _("Kept here, not sent: this is an example.") if case.is_example else words


def _and_then(request, case) -> str:
    """Does what was asked for after sending; returns why it could not be done, in words."""
    wanted, _dash, what = request.POST.get("then", "").partition("-")
    actor = Actor.human(request.user)
    try:
        if wanted == "wait":
            commands.wait_on(case, on=what or "customer", actor=actor)
        elif wanted == "resolve":
            require_finished(case, request.POST["then"])
            outcome = outcomes(request.user).filter(pk=int(what) if what.isdecimal() else 0).first()
            commands.resolve_case(case, outcome=outcome, actor=actor)
        elif why := _why_not_resolved(request, case):
            raise why
    except Refusal as refusal:
        return _("Sent. The status stays as it was: %(why)s") % {"why": refusal}
    return ""


def _why_not_resolved(request, case) -> Refusal | None:
    """Why a macro that helped did not resolve the case by the way."""
    changes = [change for code in request.POST.getlist("change") if (change := Change.read(code))]
    try:
        if resolves(changes):
            require_finished(case, "")
    except Refusal as refusal:
        return refusal
    return None


def _written(request, case, done: str, trouble: str, message=None):
    seconds = seconds_held(message)
    undo = reverse("desk:take_back", args=[message.pk]) if seconds else ""
    if not wants_part(request):
        if trouble:
            messages.warning(request, trouble)
        if undo:
            say_later(request, later_words(message) if seconds > MOST_COUNTED else undo_words(seconds), undo=undo)
        return redirect("desk:case", case.reference)
    case, shared = case_on_screen(request.user, case.reference), number_in(request.POST.get("draft"))
    composer = usual_composer(request.user, case) if shared else fresh_composer(request.user, case)
    response = render(request, "desk/composer.html", {"case": case, "composer": composer})
    response["HX-Retarget"], response["HX-Reswap"] = "#composer", "outerHTML"
    written = key_of(case, shared)
    response = announce(response, **{"case:changed": case.pk, "desk:written": written})
    if undo and not trouble:
        if seconds > MOST_COUNTED:
            return say(response, later_words(message), undo=undo)
        return say(response, held_words(seconds), undo=undo, seconds=seconds)
    return say(response, trouble or done, "warning" if trouble else "info")


def _again(request, case, form, kind: str, complaint, *, stop: commands.Overtaken | None = None, is_letter=False):
    """Why nothing was sent, next to what was typed and with the files that were chosen; a `stop` says what others did
    meanwhile, `is_letter` that a note may be meant for the customer."""
    if wants_part(request) and isinstance(complaint, commands.WrittenElsewhere):
        return HttpResponse(drawn_conflict(request, complaint), status=422)
    form.is_valid()
    send_at = form.cleaned_data.get("send_at")
    if wants_part(request):
        context = {"case": case, "complaint": complaint, "stop": stop, "then": request.POST.get("then", "")}
        context["send_at"] = send_at
        context |= {"kind": kind, "is_letter": is_letter}
        response = render(request, "desk/complaint.html", context, status=422)
        return announce(response, **{"case:changed": case.pk}) if stop else response
    case = case_on_screen(request.user, case.reference)
    start = composer_for(request.user, case, QueryDict(request.POST.get("mode", "")))
    kept = kept_again(form, request.user)
    again = composer_again(start, request.POST, kind=kind, error=str(complaint), kept=kept, stop=stop)
    again.send_at, again.is_letter, again.shared = send_at, is_letter, number_in(request.POST.get("draft"))
    return show_case(request, case, again, status=422)
