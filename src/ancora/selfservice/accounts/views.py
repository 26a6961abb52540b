"""Pages of the settings of chats."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ancora.conversations.chats.commands.accounts import can_be_read, put_away_old_key, renew_key, save_chat
from ancora.conversations.chats.keys import keys_of
from ancora.conversations.models import ChannelAccount
from ancora.platform.accounts.access import administrators_only
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.ui.forms import attempt, is_sent
from ancora.selfservice.accounts.examples import examples
from ancora.selfservice.accounts.forms import ChatForm
from ancora.selfservice.accounts.queries import chat_for, chats
from ancora.selfservice.proof.demand import is_crowded


@administrators_only
def chats_page(request):
    return render(request, "selfservice/accounts/chats.html", {"chats": chats(request.user)})


@administrators_only
def new_chat(request):
    return _edit(request, ChannelAccount())


@administrators_only
@never_cache
def chat_page(request, pk):
    return _edit(request, chat_for(request.user, pk))


@administrators_only
@require_POST
def renew(request, pk):
    try:
        renew_key(chat_for(request.user, pk), actor=Actor.human(request.user))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The key is new. The one before is accepted for a week, or until you stop that."))
    return redirect("chats:chat", pk)


@administrators_only
@require_POST
def put_away(request, pk):
    put_away_old_key(chat_for(request.user, pk), actor=Actor.human(request.user))
    messages.success(request, _("Only the new key is accepted now."))
    return redirect("chats:chat", pk)


def _edit(request, account: ChannelAccount):
    form = ChatForm(request.POST or None, instance=account, viewer=request.user)
    if is_sent(request, form):
        saved = attempt(form, save_chat, form.instance, actor=Actor.human(request.user))
        if saved:
            messages.success(request, _("The chat %(name)s was saved.") % {"name": saved.name})
            return redirect("chats:chat", saved.pk)
    return render(request, "selfservice/accounts/chat.html", {"form": form, **_shown(request, account)})


def _shown(request, account: ChannelAccount) -> dict:
    """What the website needs, as far as it can be read."""
    if not account.pk or not can_be_read(account):
        return {"account": account, "can_be_read": False}
    host = (current_organisation().public_address or request.build_absolute_uri("/")).rstrip("/")
    return {
        "account": account,
        "can_be_read": True,
        "keys": keys_of(account),
        "is_crowded": is_crowded(account),
        "host": host,
        "address": reverse("selfservice:chat", args=[account.token]),
        "script": host + reverse("selfservice:script", args=[account.token]),
        "examples": examples(),
    }
