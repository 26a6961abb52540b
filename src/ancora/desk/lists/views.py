"""How a list is shown: the menu, and the heads of a table."""

from dataclasses import replace

from django.http import HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ancora.cases.lists.commands import choose_shape, choose_usual_shape
from ancora.cases.lists.shapes import LAYOUTS, ORDERS, groups_in
from ancora.cases.queries import may_change_view
from ancora.desk.lists.forms import OrderForm, ShapeForm, columns_offered
from ancora.desk.shelf import in_shape, read_shelf, shelf_page
from ancora.desk.views.access import people_only, wants_part


@require_http_methods(["GET", "POST"])
@people_only
def shape(request, name):
    """GET: the menu. POST: `order` alone, from the head of a column; the whole form of the menu; or `usual`."""
    shelf = read_shelf(request.user, name, request.GET)
    if request.method == "GET":
        return _menu(request, in_shape(request.user, shelf))
    if "usual" in request.POST:
        choose_usual_shape(request.user, shelf.name, view=shelf.view)
        return _shown(request, shelf, with_menu=True)
    is_head = "layout" not in request.POST
    form = OrderForm(request.POST) if is_head else ShapeForm(request.POST)
    now = in_shape(request.user, shelf)
    if not form.is_valid():
        if is_head:
            return HttpResponseBadRequest(_("No list has this order."))
        return _menu(request, now, form=form)
    chosen = replace(now.shape, order=form.cleaned_data["order"]) if is_head else form.shape()
    choose_shape(request.user, shelf.name, chosen, view=shelf.view)
    return _shown(request, shelf, with_menu=not is_head)


def _shown(request, shelf, *, with_menu: bool):
    """The list in its new shape, with the menu when it was chosen there."""
    if not wants_part(request):
        return redirect(shelf.url)
    shelf = in_shape(request.user, shelf)
    context = {"shelf": shelf, "page": shelf_page(request.user, shelf), "is_first": True}
    if not with_menu:
        return render(request, "desk/list.html#list", context)
    return render(request, "desk/lists/chosen.html", {**context, **_choices(request.user, shelf)})


def _menu(request, shelf, form=None):
    context = {"shelf": shelf, "form": form, **_choices(request.user, shelf)}
    return render(request, "desk/lists/menu.html", context, status=422 if form else 200)


def _choices(viewer, shelf) -> dict:
    """may_change: also for the others who see the list, if there are any."""
    view = shelf.view
    return {
        "layouts": LAYOUTS.items(),
        "orders": ORDERS.items(),
        "groups": groups_in(shelf.name).items(),
        "columns": columns_offered(shelf.shape),
        "may_change": view is not None and may_change_view(viewer, view),
        "is_of_all": view is not None and not view.person_id and may_change_view(viewer, view),
    }
