"""From which addresses somebody who was blocked came. Nothing is kept of a visitor's address before: it is known when a
blocked browser knocks, which an open page does at once, and is forgotten an hour after it was blocked."""

from datetime import timedelta

from ancora.conversations.chats.visitors import Blocked
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.http.pace import is_remembered, remember

FOR = timedelta(hours=1)


def note_blocked(refusal: Refusal, address: str) -> None:
    """What somebody at this address was told; nothing where that was another refusal, or they were blocked long ago."""
    if isinstance(refusal, Blocked) and clock.now() < refusal.at + FOR:
        remember(f"chat-blocked:{address}", until=refusal.at + FOR)


def is_of_blocked(address: str) -> bool:
    """Whether somebody there was blocked within the hour."""
    return is_remembered(f"chat-blocked:{address}")
