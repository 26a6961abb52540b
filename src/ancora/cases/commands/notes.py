"""What people write for each other on a case."""

from uuid import UUID

from django.db import transaction
from django.utils.html import escape
from django.utils.translation import gettext as _

from ancora.cases.commands.locking import locked
from ancora.cases.commands.mentioning import mention, note_html
from ancora.cases.events import NoteAdded
from ancora.cases.models import Case, Note, NoteFile
from ancora.conversations.channels.email.compose import plain_text
from ancora.conversations.commands.write import Upload
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.files.store import store
from ancora.platform.once import one_at_a_time


@transaction.atomic
def add_note(
    case: Case,
    *,
    author: User,
    html: str = "",
    text: str = "",
    files: list[Upload] = (),
    form_key: UUID | None = None,
) -> Note:
    """An internal note, given as HTML or as plain text; the same `form_key` gives the note of the first time. Whom its
    HTML mentions follows the case from then on."""
    # A reply that is being sent meanwhile is stopped by it, or comes before it.
    case = locked(case)
    one_at_a_time(form_key)
    if form_key and (known := Note.objects.filter(form_key=form_key).first()):
        return known
    if not html:
        html = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n") if line.strip())
    html, mentioned = note_html(html)
    text = plain_text(html)
    if not text.strip() and not files:
        raise Refusal(_("The note is empty. Write something before adding it."))
    note = Note.objects.create(
        case=case, author=author, html=html, text=text, written_at=clock.now(), form_key=form_key
    )
    for upload in files:
        NoteFile.objects.create(
            note=note,
            file=store(upload.content),
            filename=upload.filename[:255],
            content_type=upload.content_type[:127],
            size=len(upload.content),
        )
    mention(note, case, mentioned, author=author)
    publish(NoteAdded(case_id=case.pk, note_id=note.pk), actor=Actor.human(author))
    return note
