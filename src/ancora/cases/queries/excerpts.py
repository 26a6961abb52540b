"""The part of a text around the words somebody searched for."""

import functools
import re
import unicodedata

BEFORE, AFTER = 60, 140
START, STOP = "\x02", "\x03"
# Words share a stem when they begin alike: "ordini" finds "ordine".
SHORTEST_STEM = 4


def excerpt_around(text: str, words: str) -> str:
    """One line of `text` around its first hit, every hit between \\x02 and \\x03; the beginning without one.

    Accents and case do not matter. Control characters of the text are dropped, so the marks are only ours.
    """
    line = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())
    # Folding keeps the length, so that places in the folded text are places in the text.
    folded = line.lower() if line.isascii() else "".join(map(_fold, line))
    stems = [_stem(word) for word in re.findall(r"\w+", "".join(_fold(one) for one in words))]
    if not stems:
        return line[: BEFORE + AFTER]
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, stems)) + r")\w*")
    first = pattern.search(folded)
    start = _word_start(line, max(0, first.start() - BEFORE)) if first else 0
    stop = start + BEFORE + AFTER
    parts, at = [], start
    for hit in pattern.finditer(folded, start, stop):
        parts += [line[at : hit.start()], START, line[hit.start() : hit.end()], STOP]
        at = hit.end()
    parts.append(line[at:stop])
    return ("… " if start else "") + "".join(parts) + (" …" if stop < len(line) else "")


@functools.lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    folded = unicodedata.normalize("NFD", character.lower())[:1]
    return folded or character


def _stem(word: str) -> str:
    return word if len(word) <= SHORTEST_STEM else word[: max(SHORTEST_STEM, len(word) - 2)]


def _word_start(line: str, at: int) -> int:
    """The beginning of the next word, so that no excerpt starts inside one."""
    space = line.find(" ", at) if at else -1
    return space + 1 if 0 <= space < at + 20 else at
