"""Macros as they stand in the list of a composer."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from django.utils.html import strip_tags

from ancora.cases.macros.models import Macro
from ancora.cases.macros.placeholders import filled
from ancora.cases.macros.queries import language_for, values_for
from ancora.cases.models import Case

MOST_SHOWN = 120
MOST_SEARCHED = 1000
_END_OF_LINE = re.compile(r"<(?:br|/p|/li|/h\d|/blockquote|/pre)\b")


@dataclass(frozen=True, slots=True)
class Listed:
    """excerpt: how the text begins in the language of the case · words: what is looked through, in small letters."""

    macro: Macro
    excerpt: str
    words: str


def listed(viewer, case: Case, macros: Iterable[Macro]) -> list[Listed]:
    """As the macros come."""
    values: dict[str, dict[str, str]] = {}
    found = []
    for macro in macros:
        language = language_for(case, macro)
        known = values.get(language) or values.setdefault(language, values_for(viewer, case, language))
        excerpt = _plain(filled(macro.texts.get(language, ""), known).html)[:MOST_SHOWN]
        words = " ".join([macro.name, *map(_plain, macro.texts.values())]).lower()[:MOST_SEARCHED]
        found.append(Listed(macro, excerpt, words))
    return found


def _plain(html: str) -> str:
    return " ".join(unescape(strip_tags(_END_OF_LINE.sub(r" \g<0>", html))).split())
