"""The pages of the first run: code, organisation, mailbox; then the examples are offered (`desk.examples`)."""

from django.contrib.auth import login
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.debug import sensitive_post_parameters

from ancora.conversations.commands.mailboxes import save_mailbox
from ancora.conversations.connecting import redirect_uri
from ancora.conversations.forms import MailboxForm
from ancora.conversations.mailbox_state import is_connected
from ancora.conversations.models import Mailbox
from ancora.conversations.queries import mailboxes
from ancora.conversations.trying import try_form
from ancora.desk.first_run.forms import CodeForm, OrganisationForm
from ancora.desk.first_run.founding import found_organisation
from ancora.platform.accounts.access import administrators_only
from ancora.platform.accounts.queries import is_set_up
from ancora.platform.events.actors import Actor
from ancora.platform.ui.forms import attempt, is_sent

_KNOWS_CODE = "knows_setup_code"
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def code_page(request):
    """Who cannot read the terminal or the home folder comes no further."""
    _require_first_run()
    form = CodeForm(request.POST or None)
    if is_sent(request, form):
        request.session.cycle_key()
        request.session[_KNOWS_CODE] = True
        return redirect("first_run:organisation")
    return render(request, "first_run/code.html", {"form": form, "step": 1})


@sensitive_post_parameters("password", "repeated")
def organisation_page(request):
    _require_first_run()
    if not request.session.get(_KNOWS_CODE):
        return redirect("first_run:code")
    initial = {"language": translation.get_language(), "time_zone": "Europe/Rome"}
    form = OrganisationForm(request.POST or None, initial=initial)
    if is_sent(request, form):
        user = attempt(form, found_organisation, **form.cleaned_data)
        if user:
            login(request, user, backend=_BACKEND)
            request.session.pop(_KNOWS_CODE, None)
            return redirect("first_run:mailbox")
    return render(request, "first_run/organisation.html", {"form": form, "step": 2})


@administrators_only
def mailbox_page(request):
    """Skippable; gone as soon as there is a mailbox."""
    form = _mailbox_form(request)
    if is_sent(request, form):
        words = {"teams": form.cleaned_data["teams"], "passwords": form.passwords(), "provider": form.provider()}
        saved = attempt(form, save_mailbox, form.instance, **words, actor=Actor.human(request.user))
        if saved:
            if is_connected(saved):
                return redirect("desk:offer_examples")
            # A permission is given on the page of the mailbox.
            return redirect("conversations:mailbox", saved.pk)
    return render(request, "first_run/mailbox.html", _words(request, form))


@administrators_only
def try_page(request):
    """Tries the mailbox of the form and shows what each step met."""
    form = _mailbox_form(request)
    if request.method != "POST":
        return redirect("first_run:mailbox")
    words = {**_words(request, form), "trial": try_form(form)}
    return render(request, "conversations/trial.html" if request.htmx else "first_run/mailbox.html", words)


def _require_first_run() -> None:
    if is_set_up():
        raise Http404("Set up already.")


def _words(request, form: MailboxForm) -> dict:
    return {"form": form, "step": 3, "redirect_uri": redirect_uri(request)}


def _mailbox_form(request) -> MailboxForm:
    if mailboxes(request.user).exists():
        raise Http404("There is a mailbox already.")
    return MailboxForm(request.POST or None, instance=Mailbox(), viewer=request.user)
