"""What is said of a line in the stream and to who fetches it: the same words in both."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ancora.platform import keys

_PURPOSE = "chat-file"


@dataclass(frozen=True, slots=True)
class SaidFile:
    """A file of a line."""

    attachment_id: int
    name: str
    content_type: str
    size: int

    @property
    def told(self) -> dict:
        """`key` opens it for who was told."""
        return {
            "id": self.attachment_id,
            "key": keys.sign(_PURPOSE, str(self.attachment_id)),
            "name": self.name,
            "type": self.content_type,
            "size": self.size,
        }


@dataclass(frozen=True, slots=True)
class Said:
    """A line without its number."""

    message_id: int
    direction: str
    channel: str
    name: str
    text: str
    at: datetime
    client_key: UUID | None = None
    files: tuple[SaidFile, ...] = ()

    @property
    def told(self) -> dict:
        return {
            "kind": "line",
            "from": "visitor" if self.direction == "in" else "agent",
            "channel": self.channel,
            "name": self.name,
            "text": self.text,
            "at": self.at.isoformat(),
            "key": str(self.client_key) if self.client_key else None,
            "files": [one.told for one in self.files],
        }


def written(said: Said) -> bytes:
    """A line as it stands in the stream, but for its number."""
    return json.dumps(said.told, ensure_ascii=False).encode()


def said_files(rows: Iterable[list]) -> tuple[SaidFile, ...]:
    """From [id, name, type, size] as the database gives them."""
    return tuple(SaidFile(*row) for row in rows or ())


def may_open(attachment_id: int, key: str) -> bool:
    return keys.is_signed(_PURPOSE, str(attachment_id), key)


def topic_of(conversation_id: int) -> str:
    """Where the lines of a conversation are told."""
    return f"chat-{conversation_id}"
