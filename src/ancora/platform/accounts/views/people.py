"""Who works here: invite, change, help with a password."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ancora.platform.accounts import commands, queries
from ancora.platform.accounts.access import administrators_only
from ancora.platform.accounts.forms import InvitationForm, PersonForm
from ancora.platform.accounts.invitations import password_link, send_password_link
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.ui.forms import attempt, is_sent


@administrators_only
def people_page(request):
    return render(request, "accounts/people.html", {"people": queries.people_with_factors(request.user)})


@administrators_only
def invite_page(request):
    form = InvitationForm(request.POST or None)
    if is_sent(request, form):
        person = attempt(form, commands.invite_person, **form.cleaned_data, actor=Actor.human(request.user))
        if person:
            return _link_page(request, person, is_invitation=True)
    return render(request, "accounts/invite.html", {"form": form})


@administrators_only
def person_page(request, pk):
    person = queries.person_for(request.user, pk)
    form = PersonForm(request.POST or None, person=person)
    if is_sent(request, form) and attempt(
        form, commands.change_person, person, **form.cleaned_data, actor=Actor.human(request.user)
    ):
        messages.success(request, _("%(name)s was saved.") % {"name": person})
        return redirect("accounts:people")
    return render(
        request,
        "accounts/person.html",
        {"form": form, "person": person, "has_second_factor": queries.has_second_factor(person)},
    )


@administrators_only
@require_POST
def password_link_page(request, pk):
    """Mails a link for a new password, or shows it when asked to or when no mail can be sent."""
    person = queries.person_for(request.user, pk)
    return _link_page(request, person, is_invitation=False, is_mailed="show" not in request.POST)


@administrators_only
@require_POST
def second_factor(request, pk):
    person = queries.person_for(request.user, pk)
    commands.remove_second_factor(person, actor=Actor.human(request.user))
    messages.success(request, _("%(name)s signs in with the password alone now.") % {"name": person})
    return redirect("accounts:person", pk)


def _link_page(request, person, *, is_invitation: bool, is_mailed: bool = True):
    link = password_link(person, base=request.build_absolute_uri("/"))
    reason = ""
    if is_mailed:
        try:
            send_password_link(person, link=link, is_invitation=is_invitation)
        except Refusal as refusal:
            reason = str(refusal)
        else:
            messages.success(request, _("%(name)s gets a mail with a link to set a password.") % {"name": person})
            return redirect("accounts:people")
    words = {"person": person, "link": link, "reason": reason, "is_invitation": is_invitation}
    return render(request, "accounts/password_link.html", words)
