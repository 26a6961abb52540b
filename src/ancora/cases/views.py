"""Settings of the words of cases: outcomes and tags."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ancora.cases.commands import vocabulary as commands
from ancora.cases.forms import WordForm
from ancora.cases.models import Outcome, Tag
from ancora.cases.queries import vocabulary as queries
from ancora.platform.accounts.access import administrators_only
from ancora.platform.events.actors import Actor
from ancora.platform.ui.forms import attempt, is_sent


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


def _is_saved(request, form, command, *arguments) -> bool:
    if not is_sent(request, form) or not attempt(
        form, command, *arguments, **form.cleaned_data, actor=Actor.human(request.user)
    ):
        return False
    messages.success(request, _("“%(label)s” was saved.") % {"label": form.cleaned_data["label"]})
    return True
