"""The page inside the frame, and the script that brings it onto a website."""

import functools
import json
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language_bidi, override
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_GET

from ancora.conversations.channels.chat.limits import most_told
from ancora.conversations.chats.queries import account_with
from ancora.conversations.models import ChannelAccount
from ancora.platform.ui.storage import without_comments
from ancora.selfservice.looks import frames_of, language_for, look_of
from ancora.selfservice.now import now_of
from ancora.selfservice.words import button_words, words

_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "
)
_SCRIPT = Path(__file__).parents[1] / "loader" / "widget.js"
SCRIPT_SECONDS = 300
# What `chat.js` imports, so that all of it comes at once.
MODULES = [f"selfservice/{name}.js" for name in ("page", "visitor", "screen", "wire", "files")]


@require_GET
@cache_control(no_store=True)
@xframe_options_exempt
def chat(request, account):
    """The chat, as it stands in a frame on the sites of its account, in the language of the page around (`lang`); no
    such chat → 404."""
    found, language = _account(account), language_for(request.GET.get("lang") or request.LANGUAGE_CODE)
    with override(language):
        shown = {
            "look": look_of(found, language),
            "language": language,
            "is_rtl": get_language_bidi(),
            "words": words(),
            "now": now_of(found).told,
            "most": most_told(),
            "modules": MODULES,
            "is_back": "back" in request.GET,
            "is_device": "device" in request.GET,
        }
        response = render(request, "selfservice/chat.html", shown)
    response["Content-Language"] = language
    response["Content-Security-Policy"] = _POLICY + frames_of(found.settings)
    return response


@require_GET
@cache_control(no_store=True)
def now(request, account):
    """Whether it is open, and how long one waits."""
    with override(language_for(request.GET.get("lang") or request.LANGUAGE_CODE)):
        return JsonResponse(now_of(_account(account)).told)


@require_GET
def script(request, account):
    """`widget.js`: what a website loads. It is the same for every visitor, so that whoever stands between may keep it
    for some minutes."""
    found, said = _account(account), {}
    for language, _name in settings.LANGUAGES:
        look = look_of(found, language)
        with override(language):
            said[language] = button_words(look.title)
    chosen = {"words": said, "language": language_for(""), "hue": look.hue, "side": look.side}
    response = HttpResponse(_source().replace("SETTINGS", json.dumps(chosen)), content_type="text/javascript")
    response["Content-Security-Policy"] = "default-src 'none'"
    response["Cache-Control"] = f"public, max-age={SCRIPT_SECONDS}"
    # Websites that isolate themselves (COEP) load only what says that it is for others.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _account(token: str) -> ChannelAccount:
    found = account_with(token)
    if found is None:
        raise Http404("No such chat.")
    return found


@functools.cache
def _source() -> str:
    lines = without_comments(_SCRIPT.read_bytes()).decode().splitlines()
    return "\n".join(filter(None, lines))
