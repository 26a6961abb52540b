"""Settings of mailboxes."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ancora.conversations import queries
from ancora.conversations.commands.mailboxes import save_mailbox
from ancora.conversations.forms import MailboxForm
from ancora.conversations.models import Mailbox
from ancora.conversations.trying import try_form
from ancora.conversations.ways_in import with_ways_in
from ancora.platform.accounts.access import administrators_only
from ancora.platform.events.actors import Actor
from ancora.platform.ui.forms import attempt, is_sent


@administrators_only
def mailboxes_page(request):
    shown = with_ways_in(queries.mailboxes_with_fetch(request.user))
    return render(request, "conversations/mailboxes.html", {"mailboxes": shown})


@administrators_only
def new_mailbox(request):
    return _edit(request, Mailbox())


@administrators_only
def mailbox_page(request, pk):
    [mailbox] = with_ways_in([queries.mailbox_for(request.user, pk)])
    return _edit(request, mailbox)


@administrators_only
@require_POST
def try_new(request):
    return _try(request, Mailbox())


@administrators_only
@require_POST
def try_known(request, pk):
    return _try(request, queries.mailbox_for(request.user, pk))


def _edit(request, mailbox: Mailbox):
    form = MailboxForm(request.POST or None, instance=mailbox, viewer=request.user)
    if is_sent(request, form):
        teams, passwords = form.cleaned_data["teams"], form.passwords()
        actor = Actor.human(request.user)
        if attempt(form, save_mailbox, form.instance, teams=teams, passwords=passwords, actor=actor):
            messages.success(request, _("The mailbox %(name)s was saved.") % {"name": mailbox.name})
            return redirect("conversations:mailboxes")
    return render(request, "conversations/mailbox.html", {"form": form, "mailbox": mailbox})


def _try(request, mailbox: Mailbox):
    """Tries what stands in the form, saved or not, and shows what each step met."""
    form = MailboxForm(request.POST, instance=mailbox, viewer=request.user)
    words = {"form": form, "mailbox": mailbox, "trial": try_form(form)}
    template = "conversations/trial.html" if request.htmx else "conversations/mailbox.html"
    return render(request, template, words)
