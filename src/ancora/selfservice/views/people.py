"""Who the visitor is: by the word of the website, by an address that it leaves, or by a link that was sent there."""

from django.http import JsonResponse

from ancora.conversations.chats.commands.proving import mail_link
from ancora.conversations.chats.commands.recognising import leave_address
from ancora.conversations.chats.queries import state_of
from ancora.selfservice.door import answers, refuse_crowd, sign_of
from ancora.selfservice.given import Given
from ancora.selfservice.returning import return_by_link
from ancora.selfservice.signing_in import sign_in
from ancora.selfservice.words import address_kept


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
    return JsonResponse({"email": kept, "words": address_kept(kept)})


@answers("POST")
def link(request, account):
    """A link goes to the address that the visitor says, or has left: whoever opens it is known by it."""
    refuse_crowd(request)
    given = Given(request)
    sent = mail_link(account, sign_of(request), email=given.text("email"))
    return JsonResponse({"email": sent})


@answers("POST")
def back(request, account):
    """By the link in a mail, with a new token."""
    refuse_crowd(request)
    standing = return_by_link(account, sign_of(request), ticket=Given(request).text("ticket"))
    return JsonResponse({"state": state_of(standing.conversation_id).told, "email": standing.email})
