"""Signs without words: seen, typing, the end."""

from django.http import JsonResponse

from ancora.conversations.chats.commands.leaving import end_as_visitor
from ancora.conversations.chats.commands.seen import note_seen, show_visitor_typing
from ancora.conversations.chats.visitors import digest_of, standing_of
from ancora.selfservice.door import answers, sign_of
from ancora.selfservice.given import Given


@answers("POST")
def seen(request, account):
    """Up to which number our lines reached the visitor's screen, and were looked at."""
    standing = standing_of(account, sign_of(request))
    told = Given(request).seen(account)
    if standing.conversation_id is not None:
        note_seen(standing.conversation_id, delivered=told.delivered, read=told.read, by_visitor=True)
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
