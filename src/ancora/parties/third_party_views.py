"""Settings of third parties, for leads and administrators."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ancora.parties.queries import every_third_party, third_party_for
from ancora.parties.third_party_commands import change_third_party, create_third_party
from ancora.parties.third_party_forms import ThirdPartyForm
from ancora.platform.accounts.access import leads_only
from ancora.platform.events.actors import Actor
from ancora.platform.ui.forms import attempt, is_sent


@leads_only
def third_parties_page(request):
    return render(request, "parties/third_parties.html", {"third_parties": every_third_party(request.user)})


@leads_only
def new_third_party(request):
    form = ThirdPartyForm(request.POST or None)
    if is_sent(request, form) and attempt(
        form, create_third_party, **form.cleaned_data, actor=Actor.human(request.user)
    ):
        return _saved(request, form)
    return render(request, "parties/third_party.html", {"form": form}, status=422 if form.errors else 200)


@leads_only
def third_party_page(request, pk):
    third_party = third_party_for(request.user, pk)
    form = ThirdPartyForm(request.POST or None, third_party=third_party)
    if is_sent(request, form) and attempt(
        form, change_third_party, third_party, **form.cleaned_data, actor=Actor.human(request.user)
    ):
        return _saved(request, form)
    context = {"form": form, "third_party": third_party_for(request.user, pk)}
    return render(request, "parties/third_party.html", context, status=422 if form.errors else 200)


def _saved(request, form):
    messages.success(request, _("%(name)s was saved.") % {"name": form.cleaned_data["name"]})
    return redirect("parties:third_parties")
