"""Whose a case is, when it is not whom it says: find the customer, see what will change, the way back."""

from urllib.parse import urlencode
from uuid import uuid4

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ancora.cases.commands import change_customer_of_case
from ancora.cases.queries import case_for
from ancora.customers.queries import customer_for, find_customers
from ancora.desk.customer_form import PersonForm, WhoseForm
from ancora.desk.sidebar import sidebar
from ancora.desk.views.access import agents_only, number_in, say_later
from ancora.platform.errors import Refusal


@require_http_methods(["GET", "POST"])
@agents_only
def customer_page(request, reference):
    """GET finds customers (`?q=`) and shows what choosing one (`?customer=`), or somebody new (`?name=`, `?handle=`),
    would change; POST does it."""
    case = case_for(request.user, reference)
    if request.method == "POST":
        return _change(request, case)
    if "customer" in request.GET:
        return _show(request, case, chosen=customer_for(request.user, number_in(request.GET["customer"])))
    if "handle" not in request.GET:
        return _show(request, case)
    form = PersonForm(request.GET)
    if not form.is_valid():
        return _show(request, case, form=form)
    if (known := form.known()) is not None:
        return redirect(f"{request.path}?{urlencode({'customer': known.pk})}")
    return _show(request, case, form=form, fresh=form.fresh())


@require_POST
@agents_only
def customer_back(request, reference):
    """Undo: the case belongs to `?customer=` again, unless it is no longer of the one (`?seen=`) it was given to."""
    case = case_for(request.user, reference)
    customer = customer_for(request.user, number_in(request.GET.get("customer")))
    try:
        change_customer_of_case(case, customer=customer, author=request.user, seen=number_in(request.GET.get("seen")))
    except Refusal as refusal:
        say_later(request, str(refusal), kind="error")
    else:
        say_later(request, _belongs(case))
    return redirect("desk:case", reference)


def _change(request, case):
    form, before = WhoseForm(request.POST), case.customer
    if not form.is_valid():
        return _show(request, case, form=form)
    try:
        form.change(case, request.user)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _show(request, case_for(request.user, case.reference), form=form)
    former = {"customer": (form.cleaned_data["seen"] or before).pk, "seen": case.customer_id}
    undo = f"{reverse('desk:customer_back', args=[case.reference])}?{urlencode(former)}"
    say_later(request, _belongs(case), undo=undo)
    return redirect("desk:case", case.reference)


def _belongs(case) -> str:
    return _("%(case)s belongs to %(name)s now.") % {"case": case, "name": case.customer.name or _("Unknown")}


def _show(request, case, *, form=None, chosen=None, fresh=None):
    """`chosen`: a customer we know; `fresh`: a new one, as the form describes it."""
    sought = request.GET.get("q", "")
    found = find_customers(request.user, sought)
    context = {
        "case": case,
        "sought": sought,
        "found": [one for one in found if one.pk != case.customer_id],
        "is_found": bool(found),
        "form": form or WhoseForm(),
        "chosen": chosen,
        "fresh": fresh,
        "kept": ", ".join(handle.shown for handle in case.customer.handles.all()),
        "form_key": uuid4(),
        "sidebar": sidebar(request.user),
    }
    is_wrong = form is not None and form.is_bound and not form.is_valid()
    return render(request, "desk/case_customer.html", context, status=422 if is_wrong else 200)
