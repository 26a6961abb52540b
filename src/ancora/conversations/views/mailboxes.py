"""Mailboxes: the list, the page of one, and its settings."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ancora.conversations import mailbox_state, queries
from ancora.conversations.commands.mailboxes import save_mailbox
from ancora.conversations.connecting import redirect_uri
from ancora.conversations.forms import MailboxForm
from ancora.conversations.links import link_to
from ancora.conversations.models import Mailbox
from ancora.conversations.trying import try_form
from ancora.conversations.ways_in import with_ways_in
from ancora.platform.accounts.access import administrators_only, leads_only
from ancora.platform.events.actors import Actor
from ancora.platform.ui.forms import attempt, is_sent


@require_GET
@leads_only
def mailboxes_page(request):
    shown = with_ways_in(queries.mailboxes_with_fetch(request.user))
    found = [(mailbox, mailbox_state.state_of(mailbox)) for mailbox in shown]
    return render(request, "conversations/mailboxes.html", {"mailboxes": found})


@require_GET
@leads_only
def mailbox_page(request, pk):
    """How it is: what comes in, what leaves, what waits and why."""
    return render(request, "conversations/mailbox_page.html", shown(queries.mailbox_seen_by(request.user, pk)))


@require_GET
@leads_only
def mailbox_now(request, pk):
    """The changing part of that page."""
    return render(request, "conversations/mailbox_now.html", shown(queries.mailbox_seen_by(request.user, pk)))


def shown(mailbox: Mailbox) -> dict:
    """All that the page of a mailbox tells; the number of queries is constant."""
    [mailbox] = with_ways_in([mailbox])
    waiting, count = mailbox_state.outbox_of(mailbox)
    arrivals = list(mailbox_state.arrivals_of(mailbox))
    departures = list(mailbox_state.departures_of(mailbox))
    return {
        "mailbox": mailbox,
        "state": mailbox_state.state_of(mailbox),
        "sending": mailbox_state.sending_state_of(mailbox, waiting),
        "progress": mailbox_state.progress_of(mailbox),
        "behind": mailbox_state.behind_of(mailbox),
        "backlog": mailbox_state.backlog_of(mailbox),
        "counts": mailbox_state.counts_of(mailbox),
        "quarantined": mailbox_state.quarantined_of(mailbox),
        "arrivals": [(one, link_to(one.message_id)) for one in arrivals],
        "departures": [(one, link_to(one.message_id)) for one in departures],
        "outbox": [(one, link_to(one.message_id)) for one in waiting],
        "waiting": count,
    }


@administrators_only
def new_mailbox(request):
    return _edit(request, Mailbox())


@administrators_only
def settings_page(request, pk):
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
        words = {"teams": form.cleaned_data["teams"], "passwords": form.passwords(), "provider": form.provider()}
        saved = attempt(form, save_mailbox, form.instance, **words, actor=Actor.human(request.user))
        if saved:
            messages.success(request, _("The mailbox %(name)s was saved.") % {"name": saved.name})
            return redirect("conversations:mailbox", saved.pk)
    return _show_form(request, form, mailbox)


def _try(request, mailbox: Mailbox):
    """Tries what stands in the form, saved or not, and shows what each step met."""
    form = MailboxForm(request.POST, instance=mailbox, viewer=request.user)
    trial = try_form(form)
    if request.htmx:
        return render(request, "conversations/trial.html", {"form": form, "mailbox": mailbox, "trial": trial})
    return _show_form(request, form, mailbox, trial=trial)


def _show_form(request, form: MailboxForm, mailbox: Mailbox, **words):
    words |= {"form": form, "mailbox": mailbox, "redirect_uri": redirect_uri(request)}
    return render(request, "conversations/mailbox.html", words)
