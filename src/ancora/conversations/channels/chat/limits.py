"""What a chat carries, said once: for what visitors write, for what we say, and for the pages that know it before."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from ancora.conversations.channels.contract import (
    Capabilities,
    FileLimits,
    Forbidden,
    Proof,
    ReceiptKind,
    check_amount,
)
from ancora.platform.errors import Refusal

MOST_CHARACTERS = 4000
FILES = FileLimits(most=5, most_bytes=50_000_000, most_bytes_each=10_000_000)
MEGABYTES_EACH = FILES.most_bytes_each // 1_000_000
CAPABILITIES = Capabilities(
    # A browser is whoever holds its token. The website signs who has an account there, and which address it has asked;
    # one that was only typed is no handle at all.
    handles={"browser": Proof.NONE, "user": Proof.STRONG, "email": Proof.STRONG},
    is_live=True,
    most_characters=MOST_CHARACTERS,
    files=FILES,
    receipts=frozenset({ReceiptKind.DELIVERED, ReceiptKind.READ}),
    shows_typing=True,
    is_idempotent=True,
)


def most_told() -> dict[str, int]:
    """What a page may know before it sends: characters, files, and bytes of each file."""
    return {"characters": MOST_CHARACTERS, "files": FILES.most, "bytes": FILES.most_bytes_each}


def refuse_beyond(text: str, sizes: Collection[int]) -> None:
    """`Refusal` for nothing at all, and for more than a chat carries; of files their sizes are enough."""
    try:
        check_amount(text, sizes, CAPABILITIES)
    except Forbidden as forbidden:
        raise Refusal(in_words(forbidden)) from forbidden


def in_words(forbidden: Forbidden) -> str:
    """Why a chat cannot carry something, for whoever wrote it on either side."""
    match forbidden.reason:
        case "empty":
            return _("Write something, or choose a file.")
        case "too_long":
            return _("That is longer than %(most)s characters. Send it in parts.") % {"most": forbidden.most}
        case "too_many_files":
            return _("Not more than %(most)s files at once. Send them in parts.") % {"most": forbidden.most}
        case "first":
            return _("This conversation has no chat. Answer by e-mail.")
    return _("A file is larger than %(megabytes)s MB. Send a smaller one.") % {"megabytes": MEGABYTES_EACH}
