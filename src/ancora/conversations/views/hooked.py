"""Where mail providers and channels post to: outside of sessions and forms, known by its secret address alone."""

import logging

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from ancora.conversations.channels.email.hooks.road import Answer, hook_with, take
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.files.store import StorageFull
from ancora.platform.http.addresses import visitor_address
from ancora.platform.http.pace import count, counted

log = logging.getLogger("ancora.hooks")
MOST_REFUSALS = 30
METHODS = ("POST", "HEAD", "GET")


@csrf_exempt
@never_cache
def posted(request, token, find=hook_with, take=take):
    """200 after the commit; 4xx for what may not come in; 503 when the sender is to come again. `find` gives the row
    behind a token, `take` takes what was posted to it."""
    try:
        with translation.override(current_organisation().language):
            answer = _answer(request, token, find, take)
    except StorageFull:
        answer = Answer(503, "no room on the disk, try again later")
    except (OperationalError, InterfaceError) as error:
        log.error("A post could not be kept, its sender is to come again: %s", type(error).__name__)
        answer = Answer(503, "the database does not answer, try again later")
    return HttpResponse(f"{answer.words}\n", status=answer.code, content_type="text/plain; charset=utf-8")


def _answer(request, token: str, find, take) -> Answer:
    if request.method not in METHODS:
        return Answer(405, "post mail here")
    who = f"hooks:{visitor_address(request)}"
    if counted(who) >= MOST_REFUSALS:
        return Answer(429, "too many refused posts in this minute")
    hook = find(token)
    if hook is None:
        answer = Answer(404, "nothing is here")
    elif request.method != "POST":
        # Some providers look whether somebody is there.
        return Answer(200, "post mail here")
    else:
        answer = take(hook, request)
    if answer.is_refusal:
        count(who)
    return answer
