"""A new mail to somebody, or a case written down by hand."""

from uuid import uuid4

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ancora.cases import commands
from ancora.cases.models import Draft
from ancora.cases.queries import draft_of_new_mail, drafts_of_new_mails, held_in
from ancora.conversations.identities import identity_for
from ancora.desk.beginning import HandForm, MailForm
from ancora.desk.composing import known_senders
from ancora.desk.drafts import as_typed, kept_of, undo_until, written_in
from ancora.desk.enclosing import kept_again, letter_of
from ancora.desk.holding import seconds_held, undo_words
from ancora.desk.sidebar import sidebar
from ancora.desk.views.access import agents_only, number_in, say_later
from ancora.desk.writing_forms import written
from ancora.platform.errors import Refusal


@require_http_methods(["GET", "POST"])
@agents_only
def new_page(request):
    """Both forms on one page; `kind` says which was sent. What cannot be done is said beside what was typed."""
    kind = "hand" if "hand" in (request.POST.get("kind"), request.GET.get("kind")) else "mail"
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    to = written([(request.GET.get("name", ""), request.GET["to"])]) if request.GET.get("to") else ""
    start = {"form_key": uuid4(), "to": to, "handle": request.GET.get("handle", "")}
    draft = _draft_in(request)
    if draft:
        start |= {**as_typed(draft).dict(), "form_key": start["form_key"]}
    mail = MailForm(*(given if kind == "mail" else ()), viewer=request.user, initial=start)
    hand = HandForm(*(given[:1] if kind == "hand" else ()), initial=start)
    form = mail if kind == "mail" else hand
    if given and form.is_valid():
        try:
            case = _open_by_mail(request, form) if kind == "mail" else form.open(request.user)
            return redirect("desk:case", case.reference)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    kept = kept_again(mail, request.user) if given and kind == "mail" else kept_of(draft) if draft else []
    context = {"kind": kind, "mail": mail, "hand": hand, "kept": kept, "draft": draft, "known": _known(request, draft)}
    context["drafts"] = [] if given or draft else drafts_of_new_mails(request.user)
    context |= {"senders": known_senders(request.user), "sidebar": sidebar(request.user)}
    return render(request, "desk/new.html", context, status=422 if given else 200)


def _draft_in(request) -> Draft | None:
    """The mail that was not sent, when the page is asked to go on with it."""
    asked = request.GET.get("draft") if request.method == "GET" else None
    return draft_of_new_mail(request.user, number_in(asked)) if asked else None


def _known(request, draft: Draft | None) -> dict[str, int]:
    """The id and the version of the draft that the form is, also when it comes again."""
    if draft:
        return {"draft": draft.pk, "version": draft.version}
    return {name: number_in(request.POST.get(name)) for name in ("draft", "version")}


def _open_by_mail(request, form):
    given, viewer, until = form.cleaned_data, request.user, undo_until(request.user)
    identity = identity_for(viewer, given["sender"])
    html, files = letter_of(form, viewer)
    case = commands.open_case_by_mail(
        mailbox=identity.mailbox,
        identity=identity,
        **{name: given[name] for name in ("to", "cc", "bcc", "subject", "form_key")},
        html=html,
        files=files,
        is_signed=not given["unsigned"],
        author=viewer,
        send_at=until,
        written=written_in(request.POST, kept=kept_again(form, viewer) if until else None),
    )
    held = held_in(viewer, case)
    if held:
        undo = reverse("desk:take_back", args=[held.pk])
        say_later(request, undo_words(seconds_held(held)), undo=undo)
    return case
