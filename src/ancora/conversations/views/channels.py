"""Settings of the channels that are no mailboxes: their accounts."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ancora.conversations import queries
from ancora.conversations.account_forms import form_of, kinds_with_accounts
from ancora.conversations.channels import NoSuchChannel, adapter_of
from ancora.conversations.chats.queries import last_heard_in
from ancora.conversations.commands import accounts as commands
from ancora.conversations.models import ChannelAccount
from ancora.platform.accounts.access import administrators_only
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.keys import KeyChanged
from ancora.platform.ui.forms import attempt, is_sent


@administrators_only
def channels_page(request):
    names = dict(kinds_with_accounts())
    accounts = list(queries.channel_accounts(request.user))
    heard = last_heard_in([one.pk for one in accounts if one.kind == "chat"])
    for account in accounts:
        account.received_at = heard.get(account.pk, account.received_at)
    found = [(one, names.get(one.kind)) for one in accounts]
    return render(request, "conversations/channels.html", {"accounts": found, "kinds": names.items()})


@administrators_only
def new_channel(request, kind):
    if kind not in dict(kinds_with_accounts()):
        raise Http404("No such channel.")
    return _edit(request, ChannelAccount(kind=kind))


@administrators_only
@never_cache
def channel_page(request, pk):
    return _edit(request, queries.channel_account_for(request.user, pk))


@administrators_only
@never_cache
@require_POST
def try_channel(request, pk):
    account = queries.channel_account_for(request.user, pk)
    form = _form_of(account)(instance=account, viewer=request.user)
    words = {"trial": form.try_out()}
    if request.htmx:
        return render(request, "conversations/trial.html", words)
    return render(request, "conversations/channel.html", {"form": form, **_shown(account), **words})


@administrators_only
@require_POST
def rotate(request, pk):
    account = _made_here(request, pk)
    try:
        commands.rotate_key(account, actor=Actor.human(request.user))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("The key is new and signs what we send. The one before is believed until you put it away.")
        messages.success(request, words)
    return redirect("conversations:channel", pk)


@administrators_only
@require_POST
def put_away_key(request, pk):
    account = _made_here(request, pk)
    commands.put_away_old_key(account, actor=Actor.human(request.user))
    messages.success(request, _("Only the new key is believed now."))
    return redirect("conversations:channel", pk)


def _made_here(request, pk) -> ChannelAccount:
    """The keys of a chat are kept otherwise, and changed on its own page."""
    account = queries.channel_account_for(request.user, pk)
    _form_of(account)
    return account


def _edit(request, account: ChannelAccount):
    form = _form_of(account)(request.POST or None, instance=account, viewer=request.user)
    if is_sent(request, form):
        actor = Actor.human(request.user)
        if attempt(form, commands.save_account, form.instance, actor=actor):
            messages.success(request, _("%(name)s was saved.") % {"name": account.name})
            return redirect("conversations:channel", account.pk)
    return render(request, "conversations/channel.html", {"form": form, **_shown(account)})


def _form_of(account: ChannelAccount):
    try:
        form = form_of(account.kind)
    except NoSuchChannel:
        form = None
    if form is None:
        raise Http404("The accounts of this channel are not made here.")
    return form


def _shown(account: ChannelAccount) -> dict:
    """The address with its secret part and the keys, newest first, as far as they can be read."""
    address, keys = "", []
    try:
        if account.pk:
            path = reverse("hooks:channel", args=[account.token])
            address, keys = current_organisation().public_address.rstrip("/") + path, account.secret.split()
    except KeyChanged:
        address, keys = "", []
    return {"account": account, "kind_name": adapter_of(account.kind).name, "address": address, "keys": keys}
