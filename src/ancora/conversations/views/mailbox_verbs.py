"""What an administrator does with a mailbox: pause, resume, hurry, connect."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ancora.conversations import queries
from ancora.conversations.commands import pausing
from ancora.conversations.connecting import Denied, come_back, set_out
from ancora.conversations.views.mailboxes import shown
from ancora.platform.accounts.access import administrators_only
from ancora.platform.errors import Refusal


@administrators_only
@require_POST
def pause(request, pk, what):
    pausing.pause(queries.mailbox_for(request.user, pk), what, person=request.user)
    return _now(request, pk)


@administrators_only
@require_POST
def resume(request, pk, what):
    pausing.resume(queries.mailbox_for(request.user, pk), what, person=request.user)
    return _now(request, pk)


@administrators_only
@require_POST
def look_now(request, pk):
    pausing.look_now(queries.mailbox_for(request.user, pk))
    return _now(request, pk)


@administrators_only
@require_POST
def send_now(request, pk):
    pausing.send_now(queries.mailbox_for(request.user, pk))
    return _now(request, pk)


def _now(request, pk: int):
    """How the mailbox is after that."""
    if not request.htmx:
        return redirect("conversations:mailbox", pk)
    return render(request, "conversations/mailbox_now.html", shown(queries.mailbox_seen_by(request.user, pk)))


@administrators_only
@require_POST
def connect(request, pk):
    """To the provider's page of consent. Not by a redirect: the content policy lets forms lead nowhere else."""
    mailbox = queries.mailbox_for(request.user, pk)
    try:
        address = set_out(request, mailbox)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        settings = reverse("conversations:mailbox_settings", args=[pk])
        return _lead_to(settings) if request.htmx else redirect(settings)
    if request.htmx:
        return _lead_to(address)
    return render(request, "conversations/consent.html", {"mailbox": mailbox, "address": address})


def _lead_to(address: str) -> HttpResponse:
    return HttpResponse(status=204, headers={"HX-Redirect": address})


@administrators_only
@require_GET
def oauth_return(request):
    """Where the provider sends the administrator back to."""
    try:
        mailbox, grant = come_back(request)
    except Denied as denied:
        messages.error(request, str(denied))
        return redirect("conversations:mailbox", denied.mailbox.pk)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("conversations:mailboxes")
    words = {"account": grant.account or mailbox.imap_user, "name": mailbox.name}
    messages.success(request, _("%(name)s is connected as %(account)s.") % words)
    return redirect("conversations:mailbox", mailbox.pk)
