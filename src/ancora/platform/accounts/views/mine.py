"""One's own profile and API tokens."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ancora.platform.accounts import commands, queries
from ancora.platform.accounts.access import signed_in
from ancora.platform.accounts.forms import ProfileForm, TokenForm
from ancora.platform.events.actors import Actor
from ancora.platform.ui.forms import is_sent


@signed_in
def profile_page(request):
    form = ProfileForm(request.POST or None, person=request.user)
    if is_sent(request, form):
        person = commands.change_own_profile(request.user, **form.cleaned_data)
        with translation.override(person.language or queries.current_organisation().language):
            messages.success(request, _("Your profile was saved."))
        return redirect("accounts:mine")
    has_second_factor = queries.has_second_factor(request.user)
    return render(request, "accounts/mine.html", {"form": form, "has_second_factor": has_second_factor})


@signed_in
@never_cache
def tokens_page(request):
    """The plain token is in the answer to the form and nowhere else."""
    form, plain = TokenForm(request.POST or None), ""
    if is_sent(request, form):
        plain, form = commands.create_token(request.user, name=form.cleaned_data["name"]), TokenForm()
    tokens = queries.tokens_of(request.user)
    return render(request, "accounts/tokens.html", {"form": form, "tokens": tokens, "plain": plain})


@signed_in
@require_POST
def delete(request, pk):
    token = queries.token_for(request.user, pk)
    commands.delete_token(token, actor=Actor.human(request.user))
    messages.success(request, _("The token was deleted. Programs that used it are refused now."))
    return redirect("accounts:tokens")
