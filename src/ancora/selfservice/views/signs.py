"""Signs without words: seen, typing, the end."""

from django.http import JsonResponse

from ancora.conversations.chats.commands.leaving import end_as_visitor
from ancora.conversations.chats.commands.seen import show_visitor_typing, visitor_saw
from ancora.conversations.chats.visitors import digest_of, standing_of
from ancora.platform.errors import Refusal
from ancora.selfservice.door import answers, sign_of
from ancora.selfservice.given import Given


@answers("POST")
def seen(request, account):
    """Up to which number our lines reached the visitor's screen, and were looked at."""
    token = sign_of(request)
    try:
        told = Given(request).seen(account)
    except Refusal:
        # Who may not ask hears that before what is wrong with it.
        standing_of(account, token)
        raise
    digests = {"account_digest": digest_of(account), "visitor_digest": digest_of(token)}
    if not visitor_saw(**digests, delivered=told.delivered, read=told.read):
        # It says why not; who has said nothing yet has seen nothing.
        standing_of(account, token)
    return JsonResponse({})


@answers("POST")
def typing(request, account):
    token = sign_of(request)
    if not show_visitor_typing(account_digest=digest_of(account), visitor_digest=digest_of(token)):
        # It says why not; who has said nothing yet types unseen.
        standing_of(account, token)
    return JsonResponse({})


@answers("POST")
def end(request, account):
    """The visitor is done; what was said stays."""
    end_as_visitor(account, sign_of(request))
    return JsonResponse({})
