"""Single messages, their files and originals."""

from django.http import FileResponse
from django.utils.http import content_disposition_header
from ninja import Router, Schema, Status

from ancora.cases import commands
from ancora.cases.api.changes import now
from ancora.cases.api.shapes import CaseOut
from ancora.cases.queries import attachment_for, case_for, message_for, note_file_for, original_of, outgoing_of
from ancora.conversations.api import MessageOut, message_shown
from ancora.conversations.attached import shown_name
from ancora.conversations.commands.send_again import confirm_arrival, forget_message, send_again
from ancora.platform.events.actors import Actor
from ancora.platform.files.models import File
from ancora.platform.files.store import path_of
from ancora.platform.http.programs import PROBLEMS, Id, IdempotencyKey, Problem, agent_of

router = Router(tags=["messages"])
_BINARY = {"schema": {"type": "string", "format": "binary"}}
BYTES = {"responses": {200: {"description": "The bytes", "content": {"application/octet-stream": _BINARY}}}}
BYTES_OR_PROBLEM = {frozenset({401, 404, 429}): Problem}


class SettleIn(Schema):
    """`arrived`: false lets it be, it is not sent any more."""

    arrived: bool


class PlaceIn(Schema):
    """`case`: the number of the case it belongs to."""

    case: Id


@router.get("/messages/{int:pk}", response={200: MessageOut, **PROBLEMS}, summary="One message")
def get_message(request, pk: int):
    return message_shown(message_for(request.user, pk))


@router.get("/messages/{int:pk}/original", response=BYTES_OR_PROBLEM, openapi_extra=BYTES, summary="The mail as it was")
def get_original(request, pk: int):
    """Byte for byte as it came or as it left."""
    return _bytes(original_of(message_for(request.user, pk)), f"message-{pk}.eml", "message/rfc822")


@router.post("/messages/{int:pk}/retry", response={200: MessageOut, **PROBLEMS}, summary="Send a message once more")
def retry(request, pk: int):
    """Only to those it did not reach, or perhaps not; one that waits for a server is tried at once. Refused while it is
    on its way or when everybody was reached."""
    agent = agent_of(request)
    send_again(outgoing_of(message_for(agent, pk)), actor=Actor.human(agent))
    return message_shown(message_for(agent, pk))


@router.post("/messages/{int:pk}/settle", response={200: MessageOut, **PROBLEMS}, summary="Say what became of it")
def settle(request, pk: int, given: SettleIn):
    """For a message of unknown fate, by somebody who knows; refused when its fate is known."""
    agent = agent_of(request)
    decide = confirm_arrival if given.arrived else forget_message
    decide(outgoing_of(message_for(agent, pk)), who=str(agent), actor=Actor.human(agent))
    return message_shown(message_for(agent, pk))


@router.put("/messages/{int:pk}/case", response={200: CaseOut, **PROBLEMS}, summary="Move a message to a case")
def move_to_case(request, pk: int, given: PlaceIn):
    """Answers to it follow. The case it leaves goes to the trash when neither message nor note stays in it; one in the
    trash comes back with the message. To undo it, move the message back. Refused while it is on its way."""
    agent = agent_of(request)
    case = case_for(agent, given.case)
    commands.move_message_to_case(message_for(agent, pk), case, author=agent)
    return now(agent, case)


@router.post("/messages/{int:pk}/case", response={201: CaseOut, **PROBLEMS}, summary="Begin a case with a message")
def move_to_new_case(request, pk: int, idempotency_key: IdempotencyKey):
    """As if its mail had opened one: of whoever wrote it, without owner."""
    agent = agent_of(request)
    case = commands.move_message_to_new_case(message_for(agent, pk), author=agent, form_key=idempotency_key)
    return Status(201, now(agent, case))


@router.get("/attachments/{int:pk}", response=BYTES_OR_PROBLEM, openapi_extra=BYTES, summary="A file of a message")
def get_attachment(request, pk: int):
    found = attachment_for(request.user, pk)
    return _bytes(found.file, found.filename)


@router.get("/note-files/{int:pk}", response=BYTES_OR_PROBLEM, openapi_extra=BYTES, summary="A file of a note")
def get_note_file(request, pk: int):
    found = note_file_for(request.user, pk)
    return _bytes(found.file, found.filename)


def _bytes(file: File, filename: str, content_type: str = "application/octet-stream") -> FileResponse:
    """Under a type that no browser interprets."""
    response = FileResponse(path_of(file.digest).open("rb"), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, shown_name(filename))
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
