"""What the demo company sent, readable on a page; these addresses exist on demo installations only."""

from dataclasses import dataclass
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.utils.csp import CSP
from django.utils.translation import override
from django.views.decorators.csp import csp_override

from ancora.conversations.channels.email.parsing import ParsedMail, parse
from ancora.demo.outbox import sent_mail
from ancora.demo.website import chat_of_website, customers, identity
from ancora.desk.prose import paragraphs
from ancora.selfservice.looks import language_for

MOST = 100
# As strict as a website with the chat can be.
POLICY = {
    "default-src": [CSP.NONE],
    **{f"{kind}-src": [CSP.SELF] for kind in ("script", "style", "frame")},
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "require-trusted-types-for": ["'script'"],
}


@dataclass(frozen=True, slots=True)
class Sent:
    key: str
    mail: ParsedMail


def on_demo_only(view):
    """404 wherever no story was played."""

    @wraps(view)
    def answer(request, *arguments, **named):
        if not (Path(settings.ANCORA_HOME) / "demo.json").exists():
            raise Http404("This is no demo.")
        return view(request, *arguments, **named)

    return answer


@login_required
@on_demo_only
def sent(request):
    box = sent_mail(Path(settings.ANCORA_HOME))
    newest = sorted(box.iterkeys(), reverse=True)[:MOST]
    mails = [Sent(key, parse(box.get_bytes(key))) for key in newest]
    return render(request, "demo/sent.html", {"mails": mails})


@login_required
@on_demo_only
def message(request, key: str):
    box = sent_mail(Path(settings.ANCORA_HOME))
    try:
        raw = box.get_bytes(key)
    except KeyError as error:
        raise Http404("No such mail.") from error
    head = raw.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    mail = parse(raw)
    return render(request, "demo/message.html", {"mail": mail, "text": paragraphs(mail.text), "head": head})


@csp_override(POLICY)
@on_demo_only
def website(request):
    """The shop as its customers see it, for everybody; `as` stands for somebody who signed in there."""
    chat, people = chat_of_website(), customers()
    if chat is None:
        raise Http404("No chat is open.")
    signed_in = next((one for one in people if str(one.pk) == request.GET.get("as")), None)
    language = language_for(request.GET.get("lang") or request.LANGUAGE_CODE)
    shown = {
        "chat": chat,
        "customers": people,
        "signed_in": signed_in,
        "identity": identity(chat, signed_in) if signed_in else "",
        "language": language,
    }
    with override(language):
        return render(request, "demo/website.html", shown)
