"""Macros as they stand in the list of a composer."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from django.utils.html import strip_tags

from ancora.cases.macros.models import Macro
from ancora.cases.macros.queries import language_for
from ancora.cases.models import Case

MOST_SHOWN = 120
MOST_SEARCHED = 1000


@dataclass(frozen=True, slots=True)
class Listed:
    """excerpt: how the text begins in the language of the case · words: what is looked through, in small letters."""

    macro: Macro
    excerpt: str
    words: str


def listed(case: Case, macros: Iterable[Macro]) -> list[Listed]:
    """As the macros come."""
    found = []
    for macro in macros:
        plain = {language: _plain(html) for language, html in macro.texts.items()}
        words = " ".join([macro.name, *plain.values()]).lower()[:MOST_SEARCHED]
        found.append(Listed(macro, plain.get(language_for(case, macro), "")[:MOST_SHOWN], words))
    return found


def _plain(html: str) -> str:
    return " ".join(unescape(strip_tags(html.replace("<", " <"))).split())
