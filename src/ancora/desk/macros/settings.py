"""Macros in the settings: everybody sees what they may use; it is changed by those whose it is."""

from uuid import uuid4

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ancora.cases.macros.commands import change_macro, create_macro, delete_macro
from ancora.cases.macros.queries import DAYS, macro_to_edit, macros_with_changes
from ancora.desk.macros.forms import MacroForm, placeholders
from ancora.desk.views.access import agents_only, people_only
from ancora.platform.errors import Refusal
from ancora.platform.ui.forms import attempt, is_sent


@people_only
def macros_page(request):
    return render(request, "desk/macros/settings.html", {"macros": macros_with_changes(request.user), "days": DAYS})


@agents_only
def new_macro(request):
    start = {"form_key": uuid4(), "whose": "all" if request.user.is_lead else "me"}
    form = MacroForm(request.POST or None, viewer=request.user, initial=start)
    if is_sent(request, form) and attempt(
        form, create_macro, form.draft, author=request.user, form_key=form.cleaned_data["form_key"]
    ):
        return _saved(request, form)
    return _page(request, form)


@agents_only
def macro_page(request, pk):
    macro = macro_to_edit(request.user, pk)
    form = MacroForm(request.POST or None, viewer=request.user, macro=macro)
    if is_sent(request, form) and attempt(form, change_macro, macro, form.draft, author=request.user):
        return _saved(request, form)
    return _page(request, form, macro=macro)


@agents_only
def delete_page(request, pk):
    """Asks once: GET says what goes, POST deletes."""
    macro = macro_to_edit(request.user, pk)
    if request.method != "POST":
        return render(request, "desk/macros/delete.html", {"macro": macro, "days": DAYS})
    try:
        delete_macro(macro, author=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(label)s” is gone.") % {"label": macro.name})
    return redirect("desk:macro_settings")


def _page(request, form, **more):
    return render(request, "desk/macros/edit.html", {"form": form, "placeholders": placeholders(), **more})


def _saved(request, form):
    messages.success(request, _("“%(label)s” was saved.") % {"label": form.cleaned_data["name"]})
    return redirect("desk:macro_settings")
