"""The two bodies of a mail that we write: as text, and as HTML. Below what is new stand signature and history."""

import re
from datetime import datetime
from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancora.conversations.channels.email.draft import Draft, Forwarded, Pair, Quoted
from ancora.conversations.channels.email.quoting import quoted_html
from ancora.platform.ui.dates import spoken

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_CITE = "margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex"


def text_body(draft: Draft) -> str:
    body = draft.text.strip("\n")
    if draft.signature:
        body += f"\n\n-- \n{draft.signature.strip()}"
    if draft.quoted:
        quoted = Quoted(*draft.quoted)
        lines = "\n".join(f"> {line}".rstrip() for line in quoted.text.splitlines())
        body += f"\n\n{_separator()}\n\n{_attribution(quoted.who, quoted.when)}\n{lines}"
    if draft.forwarded:
        body += f"\n\n{forwarded_text(draft.forwarded)}"
    return _SURROGATES.sub("", body.replace("\0", "")).lstrip("\n") + "\n"


def html_body(draft: Draft) -> str:
    body = f"<div>{draft.html}</div>"
    if draft.signature:
        body += f'\n<div class="ancora-signature">-- <br>{quoted_html(draft.signature.strip(), "")}</div>'
    if draft.quoted:
        quoted = Quoted(*draft.quoted)
        body += (
            f'\n<p style="color:#666">{escape(_separator())}</p>'
            f"\n<div>{escape(_attribution(quoted.who, quoted.when))}</div>"
            f'\n<blockquote type="cite" style="{_CITE}">{quoted_html(quoted.text, quoted.html)}</blockquote>'
        )
    if draft.forwarded:
        head = "<br>\n".join(escape(line) for line in [_forward_line(), *_head_lines(draft.forwarded)])
        body += f"\n<p>{head}</p>\n<div>{quoted_html(draft.forwarded.text, draft.forwarded.html)}</div>"
    body = _SURROGATES.sub("", body.replace("\0", ""))
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{body}\n</body></html>\n'


def forwarded_text(forwarded: Forwarded) -> str:
    """What is passed on, under the head that says whose it is."""
    return "\n".join([_forward_line(), *_head_lines(forwarded), "", forwarded.text])


def one_line(text: str) -> str:
    """The text without anything that could end a line or a header."""
    return _SURROGATES.sub("", _CONTROLS.sub(" ", text)).strip()


def _separator() -> str:
    """The line below which everything is older; our own reading of answers knows it in every language we write."""
    return _("## Reply above this line ##")


def _forward_line() -> str:
    """How programs mark what is passed on; our own reading knows it too."""
    return "---------- {} ----------".format(_("Forwarded message"))


def _attribution(who: str, when: datetime, /) -> str:
    return _("On %(when)s %(who)s wrote:") % {"when": _moment(when), "who": one_line(who)}


def _head_lines(forwarded: Forwarded) -> list[str]:
    lines = [
        (pgettext("mail header", "From"), _named(forwarded.from_)),
        (pgettext("mail header", "Date"), _moment(forwarded.when)),
        (pgettext("mail header", "Subject"), one_line(forwarded.subject)),
        (pgettext("mail header", "To"), ", ".join(map(_named, forwarded.to))),
        (pgettext("mail header", "Cc"), ", ".join(map(_named, forwarded.cc))),
    ]
    return [f"{label}: {value}" for label, value in lines if value]


def _named(pair: Pair) -> str:
    name, address = one_line(pair[0] or ""), one_line(pair[1] or "")
    return f"{name} <{address}>" if name and address else name or address


def _moment(when: datetime) -> str:
    return spoken(when, "DATETIME_FORMAT")
