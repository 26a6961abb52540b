"""Files of a composer on their way into a message: those that lie here already, and those the browser sent along."""

import re
from contextlib import suppress
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from ancora.conversations.commands.draft_files import lay_file
from ancora.conversations.commands.write import Upload
from ancora.conversations.models import DraftFile
from ancora.conversations.queries import draft_files
from ancora.desk.writing_forms import WritingForm
from ancora.platform.errors import Refusal
from ancora.platform.files.store import read

# The editor shows a picture from the place where it lies.
_SHOWN = re.compile(r'\bsrc="[^"]*/drafts/files/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/"')


def address_of(draft_file: DraftFile) -> str:
    """Where a browser finds a file that is not sent yet."""
    return reverse("desk:draft_file", args=[draft_file.key])


def shown_keys(text: str) -> list[UUID]:
    """Keys of the pictures that a text of the editor shows."""
    return list(dict.fromkeys(UUID(one) for one in _SHOWN.findall(text)))


def letter_of(form: WritingForm, owner) -> tuple[str, list[Upload]]:
    """The HTML of a valid form with its pictures named by content ids, and all that goes along. `Refusal` when a file
    is no longer here."""
    shown = _here(owner, shown_keys(form.html))
    pictures = [_upload(one, content_id=f"{one.key}@ancora") for one in shown]
    return _SHOWN.sub(r'src="cid:\1@ancora"', form.html), pictures + _beside(form, owner)


def note_of(form: WritingForm, owner) -> tuple[str, list[Upload]]:
    """As `letter_of` for a note, which shows no pictures in its text: they become its files."""
    html, files = letter_of(form, owner)
    return html, [Upload(one.filename, one.content_type, one.content) for one in files]


def kept_again(form: WritingForm, owner) -> list[DraftFile]:
    """The files of a form that was not sent, kept here so that nobody has to choose them again."""
    given = form.cleaned_data
    kept = draft_files(owner, given.get("kept") or [])
    for one in given.get("files") or []:
        # One that cannot be kept could not be sent either.
        with suppress(Refusal):
            kept.append(
                lay_file(owner=owner, filename=one.filename, content_type=one.content_type, content=one.content)
            )
    return kept


def files_beside(form: WritingForm, owner) -> list[Upload]:
    """The files of a valid form, those that lie here first. `Refusal` when one is no longer here."""
    return _beside(form, owner)


def _here(owner, keys: list[UUID]) -> list[DraftFile]:
    found = draft_files(owner, keys)
    if len(found) < len(set(keys)):
        raise Refusal(_("A file is no longer kept here. Remove it and choose it again."))
    return found


def _beside(form: WritingForm, owner) -> list[Upload]:
    return [_upload(one) for one in _here(owner, form.cleaned_data["kept"])] + form.cleaned_data["files"]


def _upload(draft_file: DraftFile, *, content_id: str = "") -> Upload:
    return Upload(draft_file.filename, draft_file.content_type, read(draft_file.file), content_id)
