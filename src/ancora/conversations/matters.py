"""What a conversation is a part of: whoever knows says it, so that this package knows no cases."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Matter:
    """`conversation_ids`: all that belong together · `put_away`: where the matter was put, as a code such as trash."""

    conversation_ids: tuple[int, ...]
    put_away: str = ""


_asked: list[Callable[[int], Matter | None]] = []


def declare_matters(function: Callable[[int], Matter | None]) -> None:
    """`function(conversation_id)` says of what it is a part, None when of nothing. Called in an app's `ready()`."""
    if function not in _asked:
        _asked.append(function)


def matter_of(conversation_id: int) -> Matter:
    """What was declared; else the conversation alone."""
    found = (function(conversation_id) for function in _asked)
    return next((matter for matter in found if matter), Matter((conversation_id,)))
