"""The chat at another device as well, by a link that was made in it."""

from django.http import JsonResponse
from django.urls import reverse

from ancora.conversations.chats.commands.devices import go_on_here, make_device_link
from ancora.conversations.chats.queries import state_of
from ancora.selfservice.door import answers, refuse_crowd, sign_of
from ancora.selfservice.given import Given
from ancora.selfservice.pictures import qr_code
from ancora.selfservice.words import device_words


@answers("POST")
def make(request, account):
    """Where the visitor goes on, for who holds its token; the ticket stands behind the `#`, which no server is told."""
    ticket = make_device_link(account, sign_of(request))
    place = request.build_absolute_uri(reverse("selfservice:chat", args=[account]))
    url = f"{place}?lang={request.LANGUAGE_CODE}&device=1#{ticket}"
    return JsonResponse({"url": url, "picture": qr_code(url), "labels": device_words()})


@answers("POST")
def join(request, account):
    """By that link, with a new token."""
    refuse_crowd(request)
    standing = go_on_here(account, sign_of(request), ticket=Given(request).text("ticket"))
    return JsonResponse({"state": state_of(standing.conversation_id).told, "email": standing.email})
