"""One answer to all cases of a problem: written, shown to whom it goes, sent, followed, stopped, taken back."""

from uuid import uuid4

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ancora.cases.macros.queries import macro_to_use, usable_macros
from ancora.cases.problems.answering import readable, stop_answer, take_back_answer
from ancora.cases.problems.models import CommonAnswer
from ancora.cases.problems.recipients import preview, recipients
from ancora.cases.problems.standing import answer_for, standing_of_answer
from ancora.cases.problems.working import AT_ONCE, work_off
from ancora.cases.queries import case_for, outcomes
from ancora.desk.macros.forms import placeholders
from ancora.desk.problems.forms import AnswerForm
from ancora.desk.sidebar import sidebar
from ancora.desk.splitting import chosen_in
from ancora.desk.views.access import agents_only, number_in, people_only, wants_part
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal


@require_http_methods(["GET", "POST"])
@agents_only
def answer_page(request, reference):
    """GET is the form, with `?outcome=` and the text of `?macro=`; POST shows what sending would do and, once exactly
    that was shown, sends it."""
    problem = case_for(request.user, reference)
    found = recipients(request.user, problem)
    if request.method == "GET":
        initial = {"form_key": uuid4(), "outcome": _asked_outcome(request), **_asked_text(request)}
        usual = {one.case.pk for one in found if one.is_usual}
        return _show(request, problem, AnswerForm(viewer=request.user, initial=initial), found, usual)
    form, chosen = AnswerForm(request.POST, viewer=request.user), chosen_in(request.POST, "case")
    if not form.is_valid():
        return _show(request, problem, form, found, chosen)
    try:
        seen = preview(request.user, found, chosen, readable(form.html))
        gets = {one.case.pk for one in seen.gets}
        if not _sends(request, form, chosen):
            return _show(request, problem, form, found, chosen, seen, form.seal(chosen, gets))
        return _sent(request, form.begin(problem))
    except Refusal as refusal:
        form.add_error(None, str(refusal))
    return _show(request, problem, form, found, chosen)


@require_GET
@people_only
def standing_page(request, pk):
    """How far one is: as a page, or the part that refreshes itself."""
    return _standing(request, answer_for(request.user, pk))


@require_POST
@agents_only
def stop(request, pk):
    answer = answer_for(request.user, pk)
    return _acted(request, pk, lambda: stop_answer(answer, author=request.user))


@require_POST
@agents_only
def take_back(request, pk):
    answer = answer_for(request.user, pk)
    return _acted(request, pk, lambda: _work_off_few(request, take_back_answer(answer, author=request.user)))


def _sends(request, form, chosen) -> bool:
    """Whether what is sent is what was shown."""
    return request.POST.get("step") == "send" and form.cleaned_data["shown"] == form.seal(chosen, set(form.known))


def _sent(request, answer: CommonAnswer):
    _work_off_few(request, answer)
    return redirect("desk:answer", answer.pk)


def _work_off_few(request, answer: CommonAnswer) -> None:
    standing = standing_of_answer(request.user, answer)
    if standing.to_do - standing.done <= AT_ONCE:
        work_off(answer)


def _asked_outcome(request):
    pk = request.GET.get("outcome", "")
    return outcomes(request.user).filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None


def _asked_text(request) -> dict:
    """Of the macro that was asked for, in the organisation's language, else the first, unfilled."""
    pk = number_in(request.GET.get("macro"))
    if not pk:
        return {}
    texts = macro_to_use(request.user, pk).texts
    mine = texts.get(current_organisation().language) or next((text for text in texts.values() if text), "")
    return {"text": mine, "format": "html"}


def _acted(request, pk, act):
    complaint = ""
    try:
        act()
    except Refusal as refusal:
        complaint = str(refusal)
    return _standing(request, answer_for(request.user, pk), complaint)


def _standing(request, answer, complaint=""):
    context = {"standing": standing_of_answer(request.user, answer), "complaint": complaint}
    if wants_part(request):
        return render(request, "desk/problems/standing.html", context)
    if request.method == "POST" and not complaint:
        return redirect("desk:answer", answer.pk)
    return render(request, "desk/problems/answer.html", context | {"sidebar": sidebar(request.user)})


def _show(request, problem, form, found, chosen, seen=None, shown=""):
    context = {
        "case": problem,
        "form": form,
        "found": found,
        "chosen": chosen,
        "preview": seen,
        "shown": shown,
        "is_anew": seen is not None and request.POST.get("step") == "send",
        "placeholders": placeholders(),
        "macros": [one for one in usable_macros(request.user) if any(one.texts.values())] if not form.is_bound else (),
        "form_key": form["form_key"].value() or uuid4(),
        "sidebar": sidebar(request.user),
    }
    return render(request, "desk/problems/write.html", context, status=422 if form.errors else 200)
