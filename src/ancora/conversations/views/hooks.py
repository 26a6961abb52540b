"""Settings of mail providers that post to us."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ancora.conversations import queries
from ancora.conversations.channels.email.hooks import kind_of
from ancora.conversations.channels.email.hooks.place import address_of
from ancora.conversations.commands import hooks as commands
from ancora.conversations.hook_forms import HookForm
from ancora.conversations.models import HookProvider, InboundHook
from ancora.platform.accounts.access import administrators_only
from ancora.platform.events.actors import Actor
from ancora.platform.keys import KeyChanged
from ancora.platform.ui.forms import attempt, is_sent


@administrators_only
def hooks_page(request):
    return render(request, "conversations/hooks.html", {"hooks": queries.hooks(request.user)})


@administrators_only
def choose_provider(request):
    return render(request, "conversations/hook_providers.html", {"providers": HookProvider.choices})


@administrators_only
def new_hook(request, provider):
    if provider not in HookProvider.values:
        raise Http404("No such provider.")
    return _edit(request, InboundHook(provider=provider))


@administrators_only
@never_cache
def hook_page(request, pk):
    return _edit(request, queries.hook_for(request.user, pk))


@administrators_only
@require_POST
def try_out(request, pk):
    # Its library for HTTP takes six megabytes, which no other page needs.
    from ancora.conversations.channels.email.hooks.trial import try_hook

    hook = queries.hook_for(request.user, pk)
    words = {"trial": try_hook(hook)}
    if request.htmx:
        return render(request, "conversations/trial.html", words)
    return render(
        request,
        "conversations/hook.html",
        {**_shown(hook), **words, "form": HookForm(instance=hook, viewer=request.user)},
    )


@administrators_only
@require_POST
def renew(request, pk):
    hook = queries.hook_for(request.user, pk)
    commands.renew_address(hook, actor=Actor.human(request.user))
    messages.success(request, _("The address is new. Copy it to the provider: posts to the old one are refused now."))
    return redirect("conversations:hook", pk)


@administrators_only
@require_POST
def remove(request, pk):
    hook = queries.hook_for(request.user, pk)
    commands.remove_hook(hook, actor=Actor.human(request.user))
    messages.success(request, _("%(name)s was removed. What came through it stays.") % {"name": hook.name})
    return redirect("conversations:hooks")


def _edit(request, hook: InboundHook):
    form = HookForm(request.POST or None, instance=hook, viewer=request.user)
    if is_sent(request, form):
        actor = Actor.human(request.user)
        if attempt(form, commands.save_hook, form.instance, typed=form.typed(), actor=actor):
            messages.success(request, _("%(name)s was saved.") % {"name": hook.name})
            return redirect("conversations:hook", hook.pk)
    return render(request, "conversations/hook.html", {"form": form, **_shown(hook)})


def _shown(hook: InboundHook) -> dict:
    """The address with its secret part, as far as it can be read, and how the provider is told of it."""
    try:
        address = address_of(hook) if hook.pk else ""
    except KeyChanged:
        address = ""
    return {"hook": hook, "steps": kind_of(hook.provider).steps, "address": address}
