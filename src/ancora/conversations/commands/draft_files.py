"""Files laid into a composer, kept until they are sent or forgotten."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.pictures import picture_type
from ancora.conversations.commands.queue_message import MOST_ATTACHED_BYTES
from ancora.conversations.models import DraftFile
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.files.store import store

KEPT = timedelta(days=7)
# What one person may have lying about unsent.
MOST_LAID_BYTES = 500_000_000


@transaction.atomic
def lay_file(*, owner, filename: str, content_type: str, content: bytes) -> DraftFile:
    """Keep a file for a message that is still being written. `Refusal` for one that could never be sent."""
    if len(content) > MOST_ATTACHED_BYTES:
        raise Refusal(_("“%(name)s” is larger than 25 MB. Send a link instead.") % {"name": filename})
    laid = DraftFile.objects.filter(owner=owner).aggregate(bytes=Sum("size"))["bytes"] or 0
    if laid + len(content) > MOST_LAID_BYTES:
        raise Refusal(_("Too many files wait unsent. Send or remove some of them first."))
    kind = picture_type(content)
    return DraftFile.objects.create(
        owner=owner,
        file=store(content),
        filename=filename.strip()[:255] or "file",
        content_type=(kind or content_type or "application/octet-stream")[:127],
        size=len(content),
        is_picture=kind is not None,
        laid_at=clock.now(),
    )


def hold_draft_files(*, owner, keys: list[UUID], let_go: list[UUID] = ()) -> None:
    """A draft of `owner` holds these: they stay as long as it does. Those `let_go` stay for another week."""
    mine = DraftFile.objects.filter(owner=owner)
    mine.filter(key__in=set(let_go) - set(keys), is_held=True).update(is_held=False, laid_at=clock.now())
    mine.filter(key__in=keys, is_held=False).update(is_held=True)


def move_draft_files(keys: list[UUID], *, of, to) -> None:
    """Those of these files that lie with `of` lie with `to` from now on: another person writes their draft."""
    DraftFile.objects.filter(owner=of, key__in=keys).update(owner=to)


def forget_draft_files() -> int:
    """Those nobody sent for a week, and those that were sent long ago: the message has its own. Not what a draft
    holds."""
    return DraftFile.objects.filter(laid_at__lt=clock.now() - KEPT, is_held=False).delete()[0]
