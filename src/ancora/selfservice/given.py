"""What a browser sent: JSON, or a form where files go along."""

import json
from uuid import UUID

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

from ancora.conversations.attached import image_type
from ancora.conversations.chats.commands.post import MOST_FILE_BYTES, MOST_FILES
from ancora.conversations.drafting import Upload
from ancora.platform.errors import Refusal

MOST_BYTES = MOST_FILES * MOST_FILE_BYTES + 100_000
MOST_JSON_BYTES = 100_000


class Given:
    """The fields of a request and its files; `Refusal` for what cannot be read."""

    def __init__(self, request):
        length = request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > MOST_BYTES:
            raise Refusal(_("A file is larger than 10 MB. Send a smaller one."))
        if has_files(request):
            self._fields, self._files = _form(request)
        else:
            self._fields, self._files = _read(request), []

    def text(self, name: str) -> str:
        found = self._fields.get(name)
        return found if isinstance(found, str) else ""

    def number(self, name: str) -> int:
        """Zero for what is none."""
        found = self._fields.get(name)
        if isinstance(found, str) and found.isdecimal() and len(found) < 10:
            found = int(found)
        return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 2**31 else 0

    @property
    def client_key(self) -> UUID:
        try:
            return UUID(self.text("client_key"))
        except ValueError:
            raise Refusal(_("The browser did not say which line this is. Load the page again.")) from None

    @property
    def uploads(self) -> list[Upload]:
        if len(self._files) > MOST_FILES:
            raise Refusal(_("Not more than %(most)s files at once. Send them in parts.") % {"most": MOST_FILES})
        if any(file.size > MOST_FILE_BYTES for file in self._files):
            raise Refusal(_("A file is larger than 10 MB. Send a smaller one."))
        return [_upload(file) for file in self._files]


def has_files(request) -> bool:
    """Whether it is a form, in which files may go along."""
    return request.content_type == "multipart/form-data"


def since(request) -> int:
    """The number after which lines are wanted."""
    found = request.GET.get("since", "")
    return int(found) if found.isdecimal() and len(found) < 10 else 0


def _form(request) -> tuple[dict, list]:
    try:
        return request.POST.dict(), request.FILES.getlist("files")
    except BadRequest:
        raise _unreadable() from None


def _read(request) -> dict:
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > MOST_JSON_BYTES:
        raise Refusal(_("That is too long. Send it in parts."))
    try:
        found = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        raise _unreadable() from None
    if not isinstance(found, dict):
        raise _unreadable()
    return found


def _upload(file) -> Upload:
    content = file.read()
    kind = image_type(content) or file.content_type or "application/octet-stream"
    return Upload(file.name or "", kind, content)


def _unreadable() -> Refusal:
    return Refusal(_("What the browser sent cannot be read. Load the page again."))
