"""The page inside the frame."""

import re

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_GET

from ancora.conversations.chats.queries import account_with

_SITE = re.compile(r"https?://[a-z0-9.*-]+(?::\d{1,5})?")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self';"
    " connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "
)


@require_GET
@xframe_options_exempt
def chat(request, account):
    """The chat, as it stands in a frame on the sites of its account; no such chat → 404."""
    found = account_with(account)
    if found is None:
        raise Http404("No such chat.")
    response = render(request, "selfservice/chat.html", {"account": found, "language": request.LANGUAGE_CODE})
    response["Content-Security-Policy"] = _POLICY + frames_of(found.settings)
    return response


def frames_of(settings: dict) -> str:
    """Which pages may show the chat; any where the account names none."""
    named = settings.get("sites") or []
    sites = [site for one in named if _SITE.fullmatch(site := str(one).strip().rstrip("/").lower())]
    return " ".join(["'self'", *sites]) if named else "*"
