from django.http import Http404, HttpResponse, JsonResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from ancora.conversations.attached import image_type, shown_name
from ancora.conversations.chats.commands.begin import begin_chat
from ancora.conversations.chats.commands.post import Posted, post_from_visitor
from ancora.conversations.chats.queries import attachment_of, lines_since, state_of
from ancora.conversations.chats.visitors import standing_of
from ancora.platform.files.store import read
from ancora.platform.http.addresses import visitor_address
from ancora.selfservice.door import answers, refuse_crowd, refuse_flood, sign_of, visitor_token
from ancora.selfservice.given import Given, has_files, since
from ancora.selfservice.proof.demand import demand_proof


@answers("POST")
def begin(request, account):
    """The first line, from a browser that made its token itself; asked again with the same key it changes nothing."""
    refuse_crowd(request)
    if has_files(request):
        refuse_flood(request)
    given = Given(request)
    line = given.line(account)
    known = {"is_vouched": line.introduction.person is not None, "proof": given.text("proof")}
    demand_proof(account, visitor_token(request), address=visitor_address(request), **known)
    posted = begin_chat(
        account,
        visitor_token(request),
        client_key=line.client_key,
        text=line.text,
        files=given.uploads,
        introduction=line.introduction,
    )
    return JsonResponse({**_told(posted), "state": state_of(posted.conversation_id).told})


@answers("GET", "POST")
def lines(request, account):
    """GET: how the chat is, its lines after `since`, and the address to which we may answer. POST: one line more."""
    if request.method == "POST":
        token = visitor_token(request)
        if has_files(request):
            # Nobody's files are read before it is known who sends them.
            standing_of(account, token)
            refuse_flood(request)
        given = Given(request)
        line = given.line(account)
        posted = post_from_visitor(account, token, client_key=line.client_key, text=line.text, files=given.uploads)
        return JsonResponse(_told(posted))
    standing = standing_of(account, sign_of(request))
    if standing.conversation_id is None:
        return JsonResponse({"state": None, "lines": []})
    found = lines_since(standing.conversation_id, since(request))
    told = state_of(standing.conversation_id).told
    return JsonResponse({"state": told, "lines": [line.told for line in found], "email": standing.email})


@require_GET
def file(request, account, pk, key):
    """A file of a line, for who was told its key; what an image is, its bytes say."""
    found = attachment_of(account, pk, key)
    if found is None:
        raise Http404("No such file.")
    content = read(found.file)
    image = image_type(content)
    response = HttpResponse(content, content_type=image or "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(not image, shown_name(found.filename))
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def _told(posted: Posted) -> dict:
    masked = {"masked": posted.hidden} if posted.hidden else {}
    return {"number": posted.number, "reference": posted.reference, **masked}
