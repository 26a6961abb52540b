"""Who the visitor is: by the word of the website, by an address that it leaves, or by a link that was sent there
or made in the chat."""

from django.http import JsonResponse
from django.urls import reverse

from ancora.conversations.chats.commands.devices import go_on_here, make_device_link
from ancora.conversations.chats.commands.recognising import leave_address
from ancora.conversations.chats.queries import state_of
from ancora.selfservice.door import answers, refuse_crowd, sign_of
from ancora.selfservice.given import Given
from ancora.selfservice.pictures import qr_code
from ancora.selfservice.returning import return_by_link
from ancora.selfservice.signing_in import sign_in
from ancora.selfservice.words import device_words


@answers("POST")
def identify(request, account):
    """Signed in at the website: how the chat of that person is; `state` is null where there is none."""
    given = Given(request)
    said = {"identity": given.text("identity"), "language": given.text("language")}
    standing = sign_in(account, sign_of(request), **said)
    known = standing is not None and standing.conversation_id is not None
    return JsonResponse({"state": state_of(standing.conversation_id).told if known else None})


@answers("POST")
def address(request, account):
    """The visitor can be written to by e-mail as well."""
    given = Given(request)
    kept = leave_address(account, sign_of(request), email=given.text("email"), name=given.text("name"))
    return JsonResponse({"email": kept})


@answers("POST")
def back(request, account):
    """By the link in a mail, with a new token."""
    refuse_crowd(request)
    standing = return_by_link(account, sign_of(request), ticket=Given(request).text("ticket"))
    return JsonResponse({"state": state_of(standing.conversation_id).told, "email": standing.email})


@answers("POST")
def link(request, account):
    """Where the visitor goes on at another device, for who holds its token; behind the `#`, which no server is told."""
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
