"""Settings of the words of cases, outcomes and tags, and of senders: who is blocked, whose images are shown."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ancora.cases.commands import vocabulary as commands
from ancora.cases.commands.trust import unblock_sender
from ancora.cases.forms import BlockForm, UnblockForm, WordForm
from ancora.cases.models import Outcome, Tag
from ancora.cases.queries import trust
from ancora.cases.queries import vocabulary as queries
from ancora.conversations.commands.blocks import block_sender
from ancora.conversations.commands.images import forbid_images
from ancora.conversations.remote_images import image_consents
from ancora.platform.accounts.access import administrators_only, signed_in
from ancora.platform.events.actors import Actor
from ancora.platform.ui.forms import attempt, is_sent

MOST_SHOWN = 200


@administrators_only
def outcomes_page(request):
    form = WordForm(request.POST or None, model=Outcome)
    if _is_saved(request, form, commands.create_outcome):
        return redirect("cases:outcomes")
    return render(request, "cases/outcomes.html", {"form": form, "outcomes": queries.outcomes(request.user)})


@administrators_only
def outcome_page(request, pk):
    outcome = queries.outcome_for(request.user, pk)
    form = WordForm(request.POST or None, model=Outcome, word=outcome)
    if _is_saved(request, form, commands.change_outcome, outcome):
        return redirect("cases:outcomes")
    return render(request, "cases/word.html", {"form": form, "word": outcome, "back": "cases:outcomes"})


@administrators_only
@require_POST
def move(request, pk):
    outcome = queries.outcome_for(request.user, pk)
    commands.move_outcome(outcome, up="up" in request.POST, actor=Actor.human(request.user))
    return redirect("cases:outcomes")


@administrators_only
def tags_page(request):
    form = WordForm(request.POST or None, model=Tag)
    if _is_saved(request, form, commands.add_tag_word):
        return redirect("cases:tags")
    return render(request, "cases/tags.html", {"form": form, "tags": queries.tags(request.user)})


@administrators_only
def tag_page(request, pk):
    tag = queries.tag_for(request.user, pk)
    form = WordForm(request.POST or None, model=Tag, word=tag)
    if _is_saved(request, form, commands.change_tag, tag):
        return redirect("cases:tags")
    return render(request, "cases/word.html", {"form": form, "word": tag, "back": "cases:tags"})


@signed_in
def senders_page(request):
    """Everybody sees who is blocked and whose images are shown; agents change it."""
    if request.method == "POST" and not request.user.is_agent:
        raise PermissionDenied
    form = BlockForm(request.POST or None, viewer=request.user, initial={"address": request.GET.get("address", "")})
    if is_sent(request, form) and (block := attempt(form, block_sender, **form.cleaned_data, author=request.user)):
        messages.success(request, _("New mail of %(sender)s goes to spam.") % {"sender": block})
        return redirect("cases:senders")
    blocks = list(trust.blocks(request.user)[: MOST_SHOWN + 1])
    words = {
        "form": form,
        "blocks": blocks[:MOST_SHOWN],
        "has_more": len(blocks) > MOST_SHOWN,
        "consents": image_consents(request.user)[:MOST_SHOWN],
    }
    return render(request, "cases/senders.html", words)


@signed_in
def block_page(request, pk):
    """What a block has done, and its end."""
    block = trust.block_for(request.user, pk)
    held = trust.cases_held_by(request.user, block)
    form = UnblockForm(request.POST if request.method == "POST" else None)
    if is_sent(request, form):
        restored = attempt(form, unblock_sender, block, author=request.user, **form.cleaned_data)
        if restored is not None:
            messages.success(request, _unblocked(block, restored))
            return redirect("cases:senders")
    return render(request, "cases/block.html", {"blocked": block, "held": held.count(), "form": form})


@signed_in
@require_POST
def forget_images(request, pk):
    consent = trust.consent_for(request.user, pk)
    forbid_images(consent, author=request.user)
    messages.success(
        request, _("You are asked again before images of %(address)s are shown.") % {"address": consent.address}
    )
    return redirect("cases:senders")


def _unblocked(block, restored: int) -> str:
    words = _("%(sender)s is no longer blocked.") % {"sender": block}
    if not restored:
        return words
    back = ngettext("%(count)s case was taken back.", "%(count)s cases were taken back.", restored)
    return f"{words} {back % {'count': restored}}"


def _is_saved(request, form, command, *arguments) -> bool:
    if not is_sent(request, form) or not attempt(
        form, command, *arguments, **form.cleaned_data, actor=Actor.human(request.user)
    ):
        return False
    messages.success(request, _("“%(label)s” was saved.") % {"label": form.cleaned_data["label"]})
    return True
