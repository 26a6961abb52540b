"""Settings of teams."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ancora.parties import commands, queries
from ancora.parties.forms import TeamForm
from ancora.platform.accounts.access import administrators_only
from ancora.platform.events.actors import Actor
from ancora.platform.ui.forms import attempt, is_sent


@administrators_only
def teams_page(request):
    return render(request, "parties/teams.html", {"teams": queries.teams_with_members(request.user)})


@administrators_only
def new_team(request):
    form = TeamForm(request.POST or None, viewer=request.user)
    if is_sent(request, form) and attempt(
        form, commands.create_team, **form.cleaned_data, actor=Actor.human(request.user)
    ):
        return _saved(request, form)
    return render(request, "parties/team.html", {"form": form})


@administrators_only
def team_page(request, pk):
    team = queries.team_for(request.user, pk)
    form = TeamForm(request.POST or None, viewer=request.user, team=team)
    if is_sent(request, form) and attempt(
        form, commands.change_team, team, **form.cleaned_data, actor=Actor.human(request.user)
    ):
        return _saved(request, form)
    return render(request, "parties/team.html", {"form": form, "team": team})


def _saved(request, form):
    messages.success(request, _("The team %(name)s was saved.") % {"name": form.cleaned_data["name"]})
    return redirect("parties:teams")
