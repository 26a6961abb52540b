"""Mail beyond what a person would send: it is kept whole, and waits for a person to say that it is wanted."""

from django.utils.translation import gettext as _

from ancora.conversations.channels.email.parsing import ParsedMail
from ancora.conversations.channels.email.parsing.limits import MAX_HEADER_BYTES, MAX_PARTS
from ancora.conversations.channels.email.trust.fields import header_block

MOST_BYTES = 50_000_000
MOST_ATTACHMENTS = 200


def too_large(size: int) -> str:
    """Why a mail of so many bytes is not even opened, in words for the quarantine; empty when it is."""
    if size <= MOST_BYTES:
        return ""
    return _("The mail has %(size)s MB. More than 50 MB is not opened by itself.") % {"size": size // 1_000_000}


def too_much(raw: bytes, parsed: ParsedMail) -> str:
    """Why a mail is not taken in by itself although it could be read; empty when it is."""
    if len(raw) > MAX_HEADER_BYTES and not header_block(raw):
        size = {"size": MAX_HEADER_BYTES // 1024}
        return _("The header of the mail is longer than %(size)s kB. No honest mail has such a header.") % size
    if len(parsed.attachments) > MOST_ATTACHMENTS:
        count = {"count": len(parsed.attachments), "most": MOST_ATTACHMENTS}
        return _("The mail has %(count)s attachments. More than %(most)s are not taken in by themselves.") % count
    # The reader counts parts while it reads, and says so in these words.
    if any(f"more than {MAX_PARTS} parts" in warning for warning in parsed.warnings):
        return _("The mail has more than %(most)s parts. No honest mail has so many.") % {"most": MAX_PARTS}
    return ""
