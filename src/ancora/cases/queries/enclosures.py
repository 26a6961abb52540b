"""Files and originals that belong to a case, for those who see the case."""

from django.http import Http404

from ancora.cases.models import Case, NoteFile
from ancora.cases.queries.cases import any_message_for, conversation_ids_of, may_see_case
from ancora.conversations.models import Arrival, Attachment, Direction, Message, Outgoing, Place
from ancora.platform.files.models import File


def attachment_for(viewer, pk: int) -> Attachment:
    """One file of a message; not yours → 404."""
    found = Attachment.objects.select_related("file").filter(pk=pk).first()
    if found is None:
        raise Http404("No such file.")
    any_message_for(viewer, found.message_id)
    return found


def files_in(case: Case, *, most: int = 100) -> list[Attachment]:
    """The files of its messages, those of the newest message first, without the pictures that our own texts show."""
    messages = Place.objects.filter(conversation__in=conversation_ids_of(case), until__isnull=True).values("message")
    files = Attachment.objects.filter(message__in=messages).exclude(message__direction=Direction.OUT, is_inline=True)
    return list(files.order_by("-message__recorded_at", "-message", "position")[:most])


def note_file_for(viewer, pk: int) -> NoteFile:
    """One file of an internal note; not yours → 404."""
    found = NoteFile.objects.select_related("file", "note__case").filter(pk=pk).first()
    if found is None or not may_see_case(viewer, found.note.case.merged_into_id or found.note.case_id):
        raise Http404("No such file.")
    return found


def original_of(message: Message) -> File:
    """The mail of a message as it came or as it left; 404 for what was never a mail."""
    arrival = Arrival.objects.select_related("file").filter(message=message).order_by("id").first()
    outgoing = arrival or Outgoing.objects.select_related("file").filter(message=message).first()
    if outgoing is None:
        raise Http404("This message was never a mail.")
    return outgoing.file


def has_original(message: Message) -> bool:
    """Whether a mail came, or was made to leave; what was kept in an example never was one."""
    known = Arrival.objects.filter(message=message), Outgoing.objects.filter(message=message)
    return any(rows.exists() for rows in known)


def outgoing_of(message: Message) -> Outgoing:
    """How a message left; 404 for what came in."""
    outgoing = Outgoing.objects.filter(message=message).first()
    if outgoing is None:
        raise Http404("This message was not written here.")
    return outgoing
