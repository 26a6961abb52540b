"""The rules of channel advice in the settings, for administrators."""

from uuid import uuid4

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ancora.platform.accounts.access import administrators_only
from ancora.platform.events.actors import Actor
from ancora.platform.ui.forms import attempt, is_sent
from ancora.selfservice.advice.channels import LABELS
from ancora.selfservice.advice.forms import RuleForm
from ancora.selfservice.advice.preview import preview
from ancora.selfservice.advice.rules import as_rule, delete_rule, rule_for, rules, save_rule


@administrators_only
@require_GET
def rules_page(request):
    rows = list(rules(request.user))
    shown = [(row, LABELS.get(row.channel, row.channel), as_rule(row, get_language()).reason) for row in rows]
    return render(request, "selfservice/advice/rules.html", {"rows": shown, "preview": preview(rows)})


@administrators_only
def new_rule(request):
    return _page(request, RuleForm(request.POST or None, initial={"form_key": uuid4()}))


@administrators_only
def rule_page(request, pk):
    rule = rule_for(request.user, pk)
    return _page(request, RuleForm(request.POST or None, rule=rule), rule)


@administrators_only
@require_POST
def rule_preview(request, pk=None):
    """The table as it would be with what is being typed; nothing is kept."""
    rule = rule_for(request.user, pk) if pk else None
    form, others = RuleForm(request.POST, rule=rule), [one for one in rules(request.user) if one.pk != pk]
    if not form.is_valid():
        problems = [str(error) for errors in form.errors.values() for error in errors]
        return render(request, "selfservice/advice/preview.html", {"problems": problems})
    return render(request, "selfservice/advice/preview.html", {"preview": preview([*others, form.written()])})


@administrators_only
@require_POST
def remove_rule(request, pk):
    delete_rule(rule_for(request.user, pk), actor=Actor.human(request.user))
    messages.success(request, _("The rule is gone."))
    return redirect("chats:advice")


def _page(request, form, rule=None):
    if is_sent(request, form):
        key = form.cleaned_data["form_key"]
        if attempt(form, save_rule, form.written(), actor=Actor.human(request.user), form_key=key):
            messages.success(request, _("The rule was saved."))
            return redirect("chats:advice")
    context = {"form": form, "rule": rule, "preview": preview(rules(request.user))}
    return render(request, "selfservice/advice/rule.html", context)
