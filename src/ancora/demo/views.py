"""What the demo company sent, readable on a page; these addresses exist on demo installations only."""

from dataclasses import dataclass
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render

from ancora.conversations.channels.email.parsing import ParsedMail, parse
from ancora.demo.outbox import sent_mail

MOST = 100


@dataclass(frozen=True, slots=True)
class Sent:
    key: str
    mail: ParsedMail


def on_demo_only(view):
    """404 wherever no story was played."""

    @wraps(view)
    @login_required
    def answer(request, *arguments, **named):
        if not (Path(settings.ANCORA_HOME) / "demo.json").exists():
            raise Http404("This is no demo.")
        return view(request, *arguments, **named)

    return answer


@on_demo_only
def sent(request):
    box = sent_mail(Path(settings.ANCORA_HOME))
    newest = sorted(box.iterkeys(), reverse=True)[:MOST]
    mails = [Sent(key, parse(box.get_bytes(key))) for key in newest]
    return render(request, "demo/sent.html", {"mails": mails})


@on_demo_only
def message(request, key: str):
    box = sent_mail(Path(settings.ANCORA_HOME))
    try:
        raw = box.get_bytes(key)
    except KeyError as error:
        raise Http404("No such mail.") from error
    head = raw.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    return render(request, "demo/message.html", {"mail": parse(raw), "head": head})
