"""Lines of the command bar, and which of them fit a few letters."""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One line: `url`, where it leads; or `act`: the key of the keyboard that does the same; or `fill`: what stands in
    the field then."""

    label: str
    icon: str
    url: str = ""
    act: str = ""
    fill: str = ""
    keys: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    label: str
    choices: list[Choice]


def fitting(choices: list[Choice], words: str) -> list[Choice]:
    """Those in which every word begins one of theirs; accents and capitals do not count."""
    return [one for one in choices if fits(one.label, words)]


def fits(label: str, words: str) -> bool:
    """Whether every word begins one of the label's."""
    those = _folded(label).split()
    return all(any(one.startswith(word) for one in those) for word in _folded(words).split())


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter))
