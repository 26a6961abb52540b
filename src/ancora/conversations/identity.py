"""When two mails are the same mail."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID


def message_key(message_id: str) -> UUID:
    """A 128-bit digest of a Message-ID, however long it is."""
    return _digest([message_id.strip()])


def content_key(from_address: str, sent_at: datetime | None, body_digest: str) -> UUID:
    """A 128-bit digest of sender, Date and body: with the same Message-ID it is the same mail."""
    return _digest([from_address.lower(), sent_at.isoformat() if sent_at else "", body_digest])


def key_on_channel(account_id: int, key: str) -> str:
    """What the other side of a channel's account calls a message, told apart from Message-IDs and other accounts."""
    return f"channel:{account_id}:{key}"


def id_of_kept(form_key: UUID) -> str:
    """The Message-ID of what a form wrote in an example: it is kept and leaves by no mail, so that the key is found
    in the message itself."""
    return f"{form_key}@kept.invalid"


def _digest(parts: Iterable[str]) -> UUID:
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return UUID(bytes=hashlib.blake2b(joined, digest_size=16).digest())
