"""Routing in the settings, for administrators."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ancora.cases.models import Skill
from ancora.cases.routing import commands, queries
from ancora.cases.routing.forms import CHANNELS, LimitsForm, SkillForm, TeamRoutingForm
from ancora.platform.accounts.access import administrators_only
from ancora.platform.events.actors import Actor
from ancora.platform.ui.forms import attempt, is_sent


@administrators_only
@require_GET
def routing_page(request):
    context = {
        "teams": queries.teams_with_routing(request.user),
        "skills": queries.skills(request.user),
    }
    return render(request, "cases/routing/routing.html", context)


@administrators_only
def team_page(request, pk):
    routing = queries.routing_for(request.user, pk)
    form = TeamRoutingForm(request.POST or None, viewer=request.user, routing=routing)
    if is_sent(request, form) and attempt(
        form, commands.change_routing, routing.team, **form.cleaned_data, actor=Actor.human(request.user)
    ):
        messages.success(request, _("“%(label)s” was saved.") % {"label": routing.team})
        return redirect("cases:routing")
    return render(request, "cases/routing/team.html", {"form": form, "team": routing.team})


@administrators_only
def new_skill(request):
    return _skill(request, Skill())


@administrators_only
def skill_page(request, pk):
    return _skill(request, queries.skill_for(request.user, pk))


def _skill(request, skill):
    known = skill if skill.pk else None
    people = queries.routed_people(request.user)
    form = SkillForm(request.POST or None, viewer=request.user, people=people, skill=known)
    if is_sent(request, form) and attempt(
        form, commands.save_skill, skill, **form.cleaned_data, actor=Actor.human(request.user)
    ):
        messages.success(request, _("“%(label)s” was saved.") % {"label": skill})
        return redirect("cases:routing")
    # A refused form leaves the name that was typed on the object.
    name = str(form.initial.get("label", ""))
    return render(request, "cases/routing/skill.html", {"form": form, "name": name})


@administrators_only
def limits_page(request):
    people = queries.routed_people(request.user)
    form = LimitsForm(request.POST or None, people=people, own=queries.own_limits(people))
    if is_sent(request, form):
        commands.change_limits(form.changes(), actor=Actor.human(request.user))
        messages.success(request, _("The limits were saved."))
        return redirect("cases:routing")
    absences = queries.capacity_of(people)
    rows = [(person, absences[person.pk], fields) for person, fields in form.grid]
    return render(request, "cases/routing/limits.html", {"form": form, "rows": rows, "channels": CHANNELS.values()})
