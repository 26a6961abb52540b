"""The customer: who it is, how we know them, what they wrote about before."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ancora.cases.queries import cases_of_customer
from ancora.customers.commands import change_customer
from ancora.customers.queries import customer_for
from ancora.desk.customer_form import CustomerForm
from ancora.desk.sidebar import sidebar
from ancora.desk.views.access import agents_only, people_only, say, wants_part
from ancora.platform.events.actors import Actor


@require_http_methods(["GET", "POST"])
@people_only
def customer_page(request, pk):
    """The page of a customer; POST corrects name and language."""
    customer = customer_for(request.user, pk)
    if request.method == "POST":
        return _correct(request, customer)
    return _show(request, customer, CustomerForm(instance=customer))


@agents_only
def _correct(request, customer):
    form = CustomerForm(request.POST, instance=customer_for(request.user, customer.pk))
    if not form.is_valid():
        return _show(request, customer, form, status=422)
    change_customer(customer, **form.cleaned_data, actor=Actor.human(request.user))
    return redirect("desk:customer", customer.pk)


def _show(request, customer, form, *, status: int = 200):
    context = {
        "customer": customer,
        "form": form,
        "cases": cases_of_customer(request.user, customer, most=100),
        "sidebar": sidebar(request.user),
    }
    return render(request, "desk/customer.html", context, status=status)


@require_POST
@agents_only
def remark(request, pk):
    """Keep what an agent wants the next one to know of this customer."""
    customer = customer_for(request.user, pk)
    change_customer(
        customer,
        name=customer.name,
        language=customer.language,
        remark=request.POST.get("remark", "").strip()[:4000],
        actor=Actor.human(request.user),
    )
    if wants_part(request):
        return say(HttpResponse(status=204), _("Remark kept."))
    return redirect("desk:customer", pk)
