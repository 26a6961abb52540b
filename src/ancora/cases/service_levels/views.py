"""Service levels in the settings, for administrators."""

from uuid import uuid4

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ancora.cases.service_levels.forms import PolicyForm, scope_in_words, sentences
from ancora.cases.service_levels.policies import delete_policy, policies, policy_for_change, save_policy
from ancora.cases.service_levels.reading import LABELS
from ancora.cases.service_levels.runs import last_run
from ancora.platform.accounts.access import administrators_only
from ancora.platform.events.actors import Actor
from ancora.platform.ui.forms import attempt, is_sent


@administrators_only
@require_GET
def policies_page(request):
    rows = [(policy, scope_in_words(policy), sentences(policy)) for policy in policies(request.user)]
    return render(request, "cases/policies.html", {"rows": rows, "run": last_run()})


@administrators_only
@require_GET
def run_part(request):
    """How far the clocks of the open cases are."""
    return render(request, "cases/clock_run.html", {"run": last_run()})


@administrators_only
def new_policy(request):
    form = PolicyForm(request.POST or None, viewer=request.user, initial={"form_key": uuid4()})
    return _page(request, form)


@administrators_only
def policy_page(request, pk):
    policy = policy_for_change(request.user, pk)
    return _page(request, PolicyForm(request.POST or None, viewer=request.user, policy=policy), policy)


@administrators_only
@require_POST
def policy_preview(request):
    """What is being typed, in plain words; nothing is kept."""
    return render(request, "cases/policy_preview.html", _preview(PolicyForm(request.POST, viewer=request.user)))


@administrators_only
@require_POST
def remove_policy(request, pk):
    policy = policy_for_change(request.user, pk)
    delete_policy(policy, actor=Actor.human(request.user))
    messages.success(request, _("“%(label)s” is gone.") % {"label": policy.name})
    return redirect("cases:policies")


def _page(request, form, policy=None):
    if is_sent(request, form) and attempt(
        form,
        save_policy,
        form.written(),
        actor=Actor.human(request.user),
        form_key=form.cleaned_data.get("form_key"),
    ):
        messages.success(request, _("“%(label)s” was saved.") % {"label": form.cleaned_data["name"]})
        return redirect("cases:policies")
    context = {"form": form, "policy": policy, "kinds": LABELS.values()}
    shown = _preview(form) if form.is_bound else {"sentences": sentences(policy) if policy else []}
    return render(request, "cases/policy.html", {**context, **shown})


def _preview(form: PolicyForm) -> dict:
    if form.is_valid():
        return {"sentences": sentences(form.written())}
    return {"problems": [str(error) for errors in form.errors.values() for error in errors]}
