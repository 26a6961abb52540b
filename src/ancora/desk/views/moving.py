"""A message that came into the wrong case: where it belongs, what will happen, and the way back."""

from uuid import uuid4

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ancora.cases.commands import move_message_back
from ancora.cases.models import Case
from ancora.cases.queries import case_left, case_of_message, message_for, move_of
from ancora.conversations.places import current_place, is_on_its_way
from ancora.desk.moving import MoveForm
from ancora.desk.sidebar import sidebar
from ancora.desk.views.access import agents_only, number_in, say_later
from ancora.platform.errors import Refusal


@require_http_methods(["GET", "POST"])
@agents_only
def move_page(request, pk):
    """GET asks where it belongs and, once that is said, shows what will happen; POST does it."""
    message = message_for(request.user, pk)
    given = request.POST if request.method == "POST" else request.GET if "where" in request.GET else None
    form = MoveForm(given, viewer=request.user)
    if given is None or not form.is_valid():
        return _show(request, message, form)
    if request.method == "GET":
        source = case_of_message(request.user, message)
        return _show(request, message, form, move_of(message, source, form.case))
    try:
        case = form.move(message)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _show(request, message, form)
    undo = f"{reverse('desk:move_back', args=[pk])}?seen={current_place(message).pk}"
    say_later(request, _("The message is in %(case)s now.") % {"case": case}, undo=undo)
    return _to_message(case, pk)


@require_POST
@agents_only
def move_back(request, pk):
    """Undo the move that brought the message to the place `?seen=`."""
    message, seen = message_for(request.user, pk), number_in(request.GET.get("seen"))
    case = case_left(request.user, message, seen)
    try:
        move_message_back(message, author=request.user, seen=seen)
    except Refusal as refusal:
        say_later(request, str(refusal), kind="error")
        return redirect("desk:case_of_message", pk)
    say_later(request, _("The message is back in %(case)s.") % {"case": case})
    return _to_message(case, pk)


def _show(request, message, form, move=None):
    """With `move`, what would happen; the button that does it then has the focus, not the field."""
    case = case_of_message(request.user, message)
    form.fields["reference"].widget.attrs["autofocus"] = move is None
    context = {
        "message": message,
        "case": case,
        "form": form,
        "move": move,
        "is_stuck": is_on_its_way(message),
        "form_key": uuid4(),
        "sidebar": sidebar(request.user),
    }
    is_wrong = form.is_bound and not form.is_valid()
    return render(request, "desk/move.html", context, status=422 if is_wrong else 200)


def _to_message(case: Case, pk: int):
    return redirect(f"{reverse('desk:case', args=[case.reference])}#m-{pk}")
