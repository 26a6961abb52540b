"""Lists that people keep: made from a search, changed, deleted."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ancora.cases.commands.saved_views import delete_view, save_view
from ancora.cases.queries import may_change_view, saved_view_for
from ancora.desk.saved_view_form import SavedViewForm
from ancora.desk.shelf import Shelf, sidebar_with
from ancora.desk.views.access import people_only, say_later
from ancora.platform.ui.forms import attempt, is_sent


@require_http_methods(["GET", "POST"])
@people_only
def new_page(request):
    """`?q=` the conditions to begin with."""
    form = SavedViewForm(request.POST or None, viewer=request.user, initial={"conditions": request.GET.get("q", "")})
    return _kept(request, form) or _show(request, form)


@require_http_methods(["GET", "POST"])
@people_only
def view_page(request, pk):
    view = _changeable(request, pk)
    form = SavedViewForm(request.POST or None, viewer=request.user, view=view)
    return _kept(request, form, view) or _show(request, form, view)


@require_POST
@people_only
def delete(request, pk):
    view = _changeable(request, pk)
    delete_view(view, author=request.user)
    say_later(request, _("The list “%(label)s” is deleted. Its cases are where they were.") % {"label": view.label})
    return redirect("desk:home")


def _changeable(request, pk: int):
    view = saved_view_for(request.user, pk)
    if not may_change_view(request.user, view):
        raise PermissionDenied
    return view


def _kept(request, form, view=None):
    if is_sent(request, form) and (kept := attempt(form, save_view, **form.given(), author=request.user, view=view)):
        return redirect(Shelf("view", view=kept).url)
    return None


def _show(request, form, view=None):
    words = {"form": form, "view": view, "sidebar": sidebar_with(request.user, Shelf("view", view=view))}
    return render(request, "desk/saved_view.html", words, status=422 if form.errors else 200)
