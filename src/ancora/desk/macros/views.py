"""Macros while somebody writes in a case: the list, what one says and would do, and what is done at once."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ancora.cases.macros.changes import Change
from ancora.cases.macros.placeholders import name_in
from ancora.cases.macros.queries import changes_of, macro_to_use, suggestion, usable_macros
from ancora.cases.macros.using import take_changes_back, use_macro
from ancora.cases.queries import case_for
from ancora.conversations.channels.email.compose import plain_text
from ancora.desk.macros.listing import listed
from ancora.desk.tasks.finishing import Unfinished, require_finished, resolves
from ancora.desk.views.access import agents_only, announce, number_in, say, wants_part
from ancora.desk.views.cases import head_of
from ancora.platform.errors import Refusal


@require_GET
@agents_only
def macros_part(request, reference):
    """What can be chosen in this case, the most used first."""
    case = case_for(request.user, reference)
    return render(request, "desk/macros/list.html", {"macros": listed(request.user, case, usable_macros(request.user))})


@require_http_methods(["GET", "POST"])
@agents_only
def macro_part(request, reference, pk):
    """GET shows what the macro says and would change. POST makes its changes at once; its text is left out. One that
    resolves the case names open tasks first, and does it with `anyway`."""
    case = case_for(request.user, reference)
    macro = macro_to_use(request.user, pk)
    if request.method == "GET":
        shown = suggestion(request.user, case, macro)
        words = {"case": case, "shown": shown, "plain": plain_text(shown.html), "form_key": uuid4()}
        words["missing"] = [name_in(get_language(), name) for name in shown.missing]
        return render(request, "desk/macros/preview.html", words)
    try:
        if resolves(changes_of(macro)) and "anyway" not in request.POST:
            require_finished(case, "", page=request.path, form_key=request.POST.get("form_key", ""))
        done = use_macro(case, macro, author=request.user, form_key=_key_in(request.POST))
    except Refusal as refusal:
        return _refused(request, case, refusal)
    if not wants_part(request):
        return redirect("desk:case", case.reference)
    words = {**head_of(case_for(request.user, reference)), "done": done, "macro": macro}
    return announce(render(request, "desk/macros/done.html", words), **{"timeline:changed": case.pk})


@require_POST
@agents_only
def take_back(request, reference):
    """Undo what a macro did at once: `change` (any number), while the case still has this `version`."""
    case = case_for(request.user, reference)
    changes = [change for code in request.POST.getlist("change") if (change := Change.read(code))]
    try:
        take_changes_back(case, changes, version=number_in(request.POST.get("version")), author=request.user)
    except Refusal as refusal:
        return _refused(request, case, refusal)
    if not wants_part(request):
        return redirect("desk:case", case.reference)
    response = render(request, "desk/head.html", head_of(case_for(request.user, reference)))
    return announce(say(response, _("Taken back.")), **{"case:changed": case.pk})


def _refused(request, case, refusal):
    if isinstance(refusal, Unfinished):
        context = {**head_of(case), "unfinished": refusal, "part": "desk/tasks/unfinished.html"}
        return render(request, "desk/head.html" if wants_part(request) else "desk/menu.html", context, status=422)
    if wants_part(request):
        return say(render(request, "desk/head.html", head_of(case), status=422), refusal, "error")
    messages.error(request, str(refusal))
    return redirect("desk:case", case.reference)


def _key_in(given: QueryDict) -> UUID | None:
    try:
        return UUID(given.get("form_key", ""))
    except ValueError:
        return None
