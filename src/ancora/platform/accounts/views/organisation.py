"""What holds for the whole organisation."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ancora.platform.accounts.access import administrators_only, signed_in
from ancora.platform.accounts.commands import change_organisation
from ancora.platform.accounts.forms import OrganisationForm
from ancora.platform.accounts.queries import organisation_for
from ancora.platform.events.actors import Actor
from ancora.platform.ui.forms import attempt, is_sent


@signed_in
def index(request):
    """The settings' first page that this person may see."""
    return redirect("accounts:organisation" if request.user.is_administrator else "accounts:mine")


@administrators_only
def organisation_page(request):
    form = OrganisationForm(request.POST or None, instance=organisation_for(request.user))
    if is_sent(request, form) and attempt(form, change_organisation, form.instance, actor=Actor.human(request.user)):
        messages.success(request, _("The organisation was saved."))
        return redirect("accounts:organisation")
    return render(request, "accounts/organisation.html", {"form": form})
