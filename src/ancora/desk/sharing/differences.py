"""What two versions of a text do not have in common, in pieces to be shown."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

# Longer texts are compared line by line: word by word would take seconds.
MOST_WORDS = 1500
# So much of what they have in common stands on either side of a difference.
CONTEXT = 8


class Piece(NamedTuple):
    """kind: both, saved (only in what stands there) or typed (only in what was typed here)."""

    kind: str
    text: str


def differences(saved: str, typed: str) -> list[Piece]:
    """The pieces of both in order, long common ones shortened to “…”; empty when they say the same."""
    split = _words if max(len(_words(saved)), len(_words(typed))) <= MOST_WORDS else _lines
    before, after = split(saved), split(typed)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    if all(step[0] == "equal" for step in steps):
        return []
    pieces = []
    for number, (verb, a, b, c, d) in enumerate(steps):
        if verb == "equal":
            is_first, is_last = number == 0, number == len(steps) - 1
            pieces.append(Piece("both", _shortened(before[a:b], is_first=is_first, is_last=is_last)))
            continue
        found = Piece("saved", "".join(before[a:b])), Piece("typed", "".join(after[c:d]))
        pieces += [piece for piece in found if piece.text]
    return pieces


def _words(text: str) -> list[str]:
    return re.findall(r"\S+\s*", text)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _shortened(words: list[str], *, is_first: bool, is_last: bool) -> str:
    head, tail = words[: 0 if is_first else CONTEXT], words[len(words) if is_last else -CONTEXT :]
    if len(head) + len(tail) >= len(words):
        return "".join(words)
    return "".join(head) + "… " + "".join(tail)
