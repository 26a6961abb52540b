"""Rules in the settings: leads read, administrators write."""

from uuid import uuid4

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ancora.cases.queries.saved_views import saved_views
from ancora.cases.rules.commands import (
    bring_back_version,
    change_rule,
    create_rule,
    delete_rule,
    move_rule,
    require_content,
    resume_rule,
    switch_rule,
)
from ancora.cases.rules.queries import DAYS, SIZE, rule_for, rules, runs_of, versions_of
from ancora.cases.rules.trying import tried
from ancora.cases.rules.wording import said
from ancora.desk.rules.forms import RuleForm
from ancora.desk.views.access import number_in, wants_part
from ancora.platform.accounts.access import administrators_only, leads_only
from ancora.platform.errors import Refusal
from ancora.platform.ui.forms import attempt, is_sent


@leads_only
@require_GET
def rules_page(request):
    return render(request, "desk/rules/list.html", {"rules": rules(request.user), "days": DAYS})


@leads_only
@require_GET
def rule_page(request, pk):
    """What a rule does and did; `?whole=1` also where it did not fit, `?before=<id>` earlier."""
    rule, is_whole = rule_for(request.user, pk), bool(request.GET.get("whole"))
    runs = runs_of(request.user, rule, before=number_in(request.GET.get("before")) or None, is_whole=is_whole)
    context = {"rule": rule, "said": said([rule.content])[0], "runs": runs[:SIZE], "is_whole": is_whole}
    context["earlier"] = runs[SIZE - 1].run.pk if len(runs) > SIZE else None
    return render(request, "desk/rules/rule.html", context)


@leads_only
@require_GET
def versions_page(request, pk):
    rule = rule_for(request.user, pk)
    return render(request, "desk/rules/versions.html", {"rule": rule, "versions": versions_of(request.user, rule)})


@administrators_only
def new_rule(request):
    form = RuleForm(request.POST or None, viewer=request.user, initial={"form_key": uuid4()})
    if is_sent(request, form):
        given = {"form_key": form.cleaned_data["form_key"], "task": form.task_plan}
        made = attempt(form, create_rule, form.content, author=request.user, **given)
        if made:
            return _saved(request, made)
    return _form_page(request, form)


@administrators_only
def edit_rule(request, pk):
    rule = rule_for(request.user, pk)
    form = RuleForm(request.POST or None, viewer=request.user, rule=rule)
    if is_sent(request, form):
        seen = form.cleaned_data["seen"] or 0
        given = {"seen": seen, "author": request.user, "task": form.task_plan}
        if made := attempt(form, change_rule, rule, form.content, **given):
            return _saved(request, made)
    return _form_page(request, form, rule=rule)


@administrators_only
@require_POST
def try_part(request):
    """What is being written, tried on the past: how many cases, and which; nothing is kept."""
    form = RuleForm(request.POST, viewer=request.user)
    found, problems = None, []
    if not form.is_valid():
        problems = [str(error) for errors in form.errors.values() for error in errors]
    else:
        try:
            content = form.content
            require_content(content, task=form.task_plan)
            found = tried(request.user, content, days=form.cleaned_data["days"])
        except Refusal as refusal:
            problems = [str(refusal)]
    return render(request, "desk/rules/tried.html", {"tried": found, "problems": problems})


@administrators_only
@require_POST
def move(request, pk):
    """One place `up`, else down."""
    move_rule(rule_for(request.user, pk), up="up" in request.POST, author=request.user)
    if wants_part(request):
        return render(request, "desk/rules/list.html#table", {"rules": rules(request.user), "days": DAYS})
    return redirect("desk:rules")


@administrators_only
@require_POST
def change(request, pk, verb):
    """`on`, `off`, `resume`, `delete`; `back` to the version `number`."""
    rule, author = rule_for(request.user, pk), request.user
    try:
        match verb:
            case "on" | "off":
                switch_rule(rule, is_active=verb == "on", author=author)
            case "resume":
                resume_rule(rule, author=author)
            case "back":
                bring_back_version(rule, number_in(request.POST.get("number")), author=author)
            case "delete":
                delete_rule(rule, author=author)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _done(verb) % {"label": rule.name})
    return redirect("desk:rules") if verb == "delete" else redirect("desk:rule", rule.pk)


def _done(verb: str) -> str:
    words = {
        "on": _("“%(label)s” is in use."),
        "off": _("“%(label)s” is switched off."),
        "resume": _("“%(label)s” goes on."),
        "back": _("“%(label)s” is as it was."),
        "delete": _("“%(label)s” is gone. What it did stays as it is."),
    }
    return words[verb]


def _form_page(request, form, rule=None):
    context = {"form": form, "rule": rule, "lists": saved_views(request.user)}
    return render(request, "desk/rules/edit.html", context, status=422 if form.is_bound else 200)


def _saved(request, rule):
    messages.success(request, _("“%(label)s” was saved.") % {"label": rule.name})
    return redirect("desk:rule", rule.pk)
