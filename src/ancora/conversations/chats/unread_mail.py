"""The words of the mail that brings what was not read in the chat."""

import re
from itertools import groupby

from django.utils.html import format_html, linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ancora.conversations.models import Message

MOST_OF_A_NAME = 60
# Anybody may type anything as a name, beside the address of somebody else: no advertisement greets.
_NO_NAME = re.compile(r"[/:@<>\d]|\.\S")
_SAID = "margin: 1em 0; padding-left: 1em; border-left: 3px solid #ccc"


def unread_html(said: list[Message], *, to: str, shop: str, link: str) -> str:
    """A letter to `to`, whose name may be unknown, in the language that is active: what of us was `said` in the chat of
    this `shop`, and how to go on, by the `link` back where there is one."""
    names = list(dict.fromkeys(one.from_name for one in said))
    onwards, back = _("To go on, just answer this mail."), ""
    if link:
        onwards = _("To go on, just answer this mail, or come back to the chat.")
        back = format_html('<p><a href="{}">{}</a></p>', link, _("Back to the chat"))
    return format_html(
        '<p>{}</p><p>{}</p><div style="{}">{}</div><p>{}</p>{}<p>{}<br>{}</p>',
        _greeting(to), _opening(names, shop), _SAID, _lines(said, is_named=len(names) > 1),
        onwards, back, _("Kind regards"), shop,
    )  # fmt: skip


def _greeting(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > MOST_OF_A_NAME or _NO_NAME.search(name):
        return _("Good day,")
    return _("Good day %(name)s,") % {"name": name}


def _opening(names: list[str], shop: str) -> str:
    if len(names) == 1 and names[0]:
        return _("%(name)s of %(shop)s answered you in the chat:") % {"name": names[0], "shop": shop}
    return _("We answered you in the chat of %(shop)s:") % {"shop": shop}


def _lines(said: list[Message], *, is_named: bool) -> SafeString:
    parts = []
    for name, lines in groupby(said, lambda one: one.from_name):
        if is_named and name:
            parts.append(format_html("<p><b>{}:</b></p>", name))
        # Escaped by the first, which makes web addresses links.
        parts += [linebreaks(urlize(one.text.strip(), autoescape=True)) for one in lines if one.text.strip()]
    return mark_safe("".join(parts))  # noqa: S308 each is safe
