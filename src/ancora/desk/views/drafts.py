"""Files laid into a composer: kept here until they are sent, seen by nobody but who laid them."""

from django.http import JsonResponse
from django.views.decorators.http import require_GET, require_POST

from ancora.conversations.commands.draft_files import lay_file
from ancora.conversations.queries import draft_file_for
from ancora.desk.enclosing import address_of
from ancora.desk.sizes import spoken_size
from ancora.desk.views.access import people_only
from ancora.desk.views.attachments import hand_over
from ancora.platform.errors import Refusal


@require_POST
@people_only
def lay(request):
    """Keep one file; answers with its key, and with the place of a picture. 422 with the reason when it cannot be."""
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"complaint": ""}, status=422)
    kind = file.content_type or "application/octet-stream"
    try:
        laid = lay_file(owner=request.user, filename=file.name, content_type=kind, content=file.read())
    except Refusal as refusal:
        return JsonResponse({"complaint": str(refusal)}, status=422)
    shown = {"picture": address_of(laid)} if laid.is_picture else {}
    return JsonResponse({"key": str(laid.key), "name": laid.filename, "size": spoken_size(laid.size), **shown})


@require_GET
@people_only
def draft_file(request, key):
    return hand_over(request, draft_file_for(request.user, key), is_inline=True)
