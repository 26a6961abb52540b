"""The examples: offered at the end of the first run, put in and deleted in the settings."""

from django.contrib import messages
from django.forms import Form
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ancora.desk.examples.forms import DeleteForm
from ancora.desk.examples.putting_in import are_examples_here, put_in_examples
from ancora.desk.examples.removing import delete_examples, plan
from ancora.desk.examples.story import examples_in
from ancora.platform.accounts.access import administrators_only
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal
from ancora.platform.ui.forms import attempt, is_sent


@administrators_only
def offer_page(request):
    """The last step of the first run; leads to the desk when the examples are there."""
    if are_examples_here():
        return redirect("desk:queue", "open")
    form = Form(request.POST if request.method == "POST" else None)
    if is_sent(request, form) and attempt(form, put_in_examples, person=request.user):
        return redirect("desk:queue", "open")
    return render(request, "first_run/examples.html", {"form": form, "examples": _told(), "step": 4})


@administrators_only
def examples_page(request):
    """What is there and what deleting it would do; else the offer."""
    wanted = request.POST.get("do")
    form = DeleteForm(request.POST if wanted == "delete" else None)
    if wanted == "put_in":
        _put_in(request)
        return redirect("desk:examples")
    if wanted == "delete" and form.is_valid():
        delete_examples(person=request.user)
        messages.success(request, _("The examples are gone."))
        return redirect("desk:examples")
    return render(request, "desk/examples.html", {"form": form, "plan": plan(), "examples": _told()})


def _put_in(request) -> None:
    try:
        put_in_examples(person=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The examples are in."))


def _told():
    return examples_in(current_organisation().language)
