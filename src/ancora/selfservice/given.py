"""What a browser sent: JSON, or a form where files go along."""

import json
from functools import partial

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http.multipartparser import MultiPartParserError
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from ancora.conversations.attached import image_type
from ancora.conversations.channels.chat.adapter import ADAPTER
from ancora.conversations.channels.chat.limits import FILES, refuse_beyond
from ancora.conversations.channels.chat.posted import Fields, PostedLine, Seen
from ancora.conversations.channels.contract import Posted
from ancora.conversations.chats.queries import account_in_use
from ancora.conversations.drafting import Upload
from ancora.platform import clock
from ancora.platform.errors import Refusal

MOST_BYTES = FILES.most_bytes + 100_000
MOST_JSON_BYTES = 100_000


class Given:
    """The body of a request and its files; `Refusal` for what cannot be read. Of a form the fields are the body, and
    its files lie beside them: so they are read when it is known whose they are, and are in memory once."""

    def __init__(self, request):
        length = request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > MOST_BYTES:
            refuse_beyond("", [int(length)])
        self._shown = request.headers.get("Authorization", "")
        self._body, self._files = _form(request) if has_files(request) else (_read(request), [])

    def text(self, name: str) -> str:
        return Fields(self._body).text(name)

    def line(self, account: str) -> PostedLine:
        """What a visitor of this account writes."""
        return self._told(account, PostedLine)

    def seen(self, account: str) -> Seen:
        """How far its browser has got."""
        return self._told(account, Seen)

    @property
    def uploads(self) -> list[Upload]:
        if self._files:
            refuse_beyond("", [file.size for file in self._files])
        return [_upload(file) for file in self._files]

    def _told[T](self, account: str, kind: type[T]) -> T:
        # Its row is asked for only where something is signed with its key.
        row = SimpleLazyObject(partial(account_in_use, account))
        proved = ADAPTER.verify(Posted({"authorization": self._shown}, self._body), row, clock.now())
        found = ADAPTER.parse(proved.raw, row)
        if not isinstance(found, kind):
            raise _unreadable()
        return found


def has_files(request) -> bool:
    """Whether it is a form, in which files may go along."""
    return request.content_type == "multipart/form-data"


def since(request) -> int:
    """The number after which lines are wanted."""
    found = request.GET.get("since", "")
    return int(found) if found.isdecimal() and len(found) < 10 else 0


def _form(request) -> tuple[bytes, list]:
    try:
        return json.dumps(request.POST.dict()).encode(), request.FILES.getlist("files")
    except (BadRequest, MultiPartParserError, SuspiciousOperation):
        raise _unreadable() from None


def _read(request) -> bytes:
    length = request.headers.get("Content-Length", "")
    is_long = length.isdecimal() and int(length) > MOST_JSON_BYTES
    if is_long or len(request.body) > MOST_JSON_BYTES:
        raise Refusal(_("That is too long. Send it in parts."))
    return request.body


def _upload(file) -> Upload:
    content = file.read()
    kind = image_type(content) or file.content_type or "application/octet-stream"
    return Upload(file.name or "", kind, content)


def _unreadable() -> Refusal:
    return Refusal(_("What the browser sent cannot be read. Load the page again."))
