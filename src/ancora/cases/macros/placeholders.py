"""Placeholders in HTML of our own: `{first name}`, or `{first name|there}` with what stands when nothing is known.

Pure: no database. A placeholder stands in the text, never in a tag; its values become text, whatever they hold.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape, unescape

# The name of each, and what Italian colleagues write for it.
NAMES = {
    "first name": "nome",
    "name": "nome completo",
    "case number": "numero del caso",
    "subject": "oggetto",
    "team": "team",
    "agent": "operatore",
    "agent first name": "nome operatore",
    "organisation": "organizzazione",
    "customer language": "lingua del cliente",
    "today": "oggi",
}
# Known for every case; the others need a fallback to be safe.
ALWAYS_KNOWN = {"case number", "agent", "agent first name", "organisation", "today"}
_MEANT = {name: name for name in NAMES} | {italian: name for name, italian in NAMES.items()}
_TAG = re.compile(r"(<[^<>]*>)")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def name_in(language: str | None, name: str) -> str:
    """As colleagues of this language write it."""
    return NAMES[name] if (language or "").startswith("it") else name


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`name`: as in NAMES, None when it is none of them · `written`: as it stands there · `fallback`: plain text."""

    name: str | None
    written: str
    fallback: str | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """HTML without placeholders, and the names of those that had neither value nor fallback."""

    html: str
    missing: tuple[str, ...] = ()


def placeholders_in(html: str) -> list[Placeholder]:
    """All placeholders of a text, in order."""
    return [_read(found[1]) for part in _texts(html) for found in _PLACEHOLDER.finditer(part)]


def unknown_in(html: str) -> list[str]:
    """What stands in braces and is no placeholder, once each, as it was written; also one that is cut by a tag, such
    as `{first <b>name</b>}`."""
    unknown = [one.written for one in placeholders_in(html) if one.name is None]
    without_tags = {found[1] for found in _PLACEHOLDER.finditer(_TAG.sub("", html))}
    whole = {found[1] for part in _texts(html) for found in _PLACEHOLDER.finditer(part)}
    return list(dict.fromkeys([*unknown, *sorted(unescape(one) for one in without_tags - whole)]))


def filled(html: str, values: Mapping[str, str]) -> Filled:
    """The text with `values` (plain text, by name) in their places; an empty one gives way to the fallback. What is
    no placeholder stays as it is."""
    missing: list[str] = []

    def value_of(found: re.Match) -> str:
        one = _read(found[1])
        if one.name is None:
            return found[0]
        if text := values.get(one.name, "") or one.fallback:
            return escape(text)
        if one.fallback is None:
            missing.append(one.name)
        return ""

    parts = _TAG.split(html)
    parts[::2] = [_PLACEHOLDER.sub(value_of, part) for part in parts[::2]]
    return Filled("".join(parts), tuple(dict.fromkeys(missing)))


def first_name(name: str) -> str:
    """Of “Carla Bianchi” and “Bianchi, Carla”: Carla. Nothing of an address or a number."""
    name = plain_name(name)
    _last, comma, rest = name.partition(",")
    words = (rest if comma and rest.strip() else name).split()
    return words[0].strip(",") if words else ""


def plain_name(name: str) -> str:
    """A name without what we wrote behind it in brackets; nothing when it is an address or a number."""
    name = re.sub(r"\s*\([^()]*\)\s*$", "", name).strip()
    return "" if "@" in name or not any(letter.isalpha() for letter in name) else name


def _texts(html: str) -> Iterator[str]:
    """What stands between the tags."""
    return iter(_TAG.split(html)[::2])


def _read(inside: str) -> Placeholder:
    written = unescape(inside)
    name, bar, fallback = written.partition("|")
    wanted = " ".join(name.split()).lower()
    return Placeholder(_MEANT.get(wanted), written, fallback.strip() if bar else None)
