"""The mail programs of the demo customers: how each quotes what it answers, in plain text and in HTML.

- plain: text only, wrapped, an attribution line and `>`
- web: both parts, a webmail's attribution and its quote block
- desk: both parts, an office program's header block (Da/Inviato/A/Oggetto), nothing marked
- phone: both parts, a cite block, "Inviato dal telefono" above
"""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from textwrap import fill

from ancora.demo.company.opening_hours import ROME
from ancora.demo.company.wording import MONTHS, WEEKDAYS

_HEADERS = {"it": ("Da", "Inviato", "A", "Oggetto"), "en": ("From", "Sent", "To", "Subject")}


@dataclass(frozen=True)
class Quoted:
    """A mail as it will stand below the answer to it; `earlier` is what it answered itself."""

    at: datetime
    name: str
    address: str
    to: str
    subject: str
    text: str
    earlier: "Quoted | None" = None


def reply_subject(subject: str, client: str, language: str) -> str:
    prefix = "R: " if client == "desk" and language == "it" else "RE: " if client == "desk" else "Re: "
    return prefix + subject


def plain_text(words: str, quoted: Quoted | None, client: str, language: str) -> str:
    """The plain part: the new words (signature included) and the quote below them."""
    if client == "plain":
        words = _wrapped(words)
    return words if quoted is None else f"{words}\n\n{_plain_quote(quoted, client, language)}"


def html_text(words: str, quoted: Quoted | None, client: str, language: str, *, below: str = "") -> str:
    """The HTML part of the same mail; `below` is HTML to stand between the words and the quote."""
    quote = "" if quoted is None else _html_quote(quoted, client, language)
    lines = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in words.split("\n"))
    if client == "desk":
        paragraphs = words.split("\n\n")
        shown = [f'<p class="MsoNormal">{escape(part).replace(chr(10), "<br>")}</p>' for part in paragraphs]
        lines = f'<div class="WordSection1" style="font-family:Calibri,sans-serif">{"".join(shown)}</div>'
    elif client == "web":
        lines = f'<div dir="auto">{lines}</div>'
    return f"<html><head></head><body>{lines}{below}{quote}</body></html>"


def _wrapped(words: str) -> str:
    return "\n".join(fill(line, 74, drop_whitespace=True) if len(line) > 74 else line for line in words.split("\n"))


def _plain_quote(quoted: Quoted, client: str, language: str) -> str:
    inner = _wrapped(quoted.text) if client == "plain" else quoted.text
    if quoted.earlier:
        inner += "\n\n" + _plain_quote(quoted.earlier, client, language)
    if client == "desk":
        return "\n".join(["_" * 32, *(f"{name}: {value}" for name, value in _block(quoted, language)), "", inner])
    marked = "\n".join("> " + line if line and line[0] != ">" else ">" + line for line in inner.split("\n"))
    return f"{_attribution(quoted, client, language)}\n\n{marked}"


def _html_quote(quoted: Quoted, client: str, language: str) -> str:
    inner = "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in quoted.text.split("\n\n"))
    if quoted.earlier:
        inner += _html_quote(quoted.earlier, client, language)
    if client == "desk":
        rows = "<br>".join(f"<b>{name}:</b> {escape(value)}" for name, value in _block(quoted, language))
        style = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"
        return f'<div style="{style}"><p class="MsoNormal">{rows}</p></div><div>{inner}</div>'
    attribution = escape(_attribution(quoted, client, language))
    if client == "phone":
        return f'<div><br><blockquote type="cite">{attribution}<br><br></blockquote></div>' + (
            f'<blockquote type="cite"><div dir="ltr">{inner}</div></blockquote>'
        )
    style = "margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"
    return (
        f'<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{attribution}<br></div>'
        f'<blockquote class="gmail_quote" style="{style}">{inner}</blockquote></div>'
    )


def _attribution(quoted: Quoted, client: str, language: str) -> str:
    at = quoted.at.astimezone(ROME)
    month, weekday = MONTHS[language][at.month - 1][:3], WEEKDAYS[language][at.weekday()][:3]
    who = f"{quoted.name} <{quoted.address}>"
    if language == "it":
        day = f"{at.day} {month} {at.year}" if client == "phone" else f"{weekday} {at.day} {month} {at.year}"
        comma = "," if client == "phone" else ""
        return f"Il giorno {day}{comma} alle ore {at:%H:%M} {who} ha scritto:"
    day = f"{at.day} {month} {at.year}" if client == "phone" else f"{weekday}, {at.day} {month} {at.year}"
    return f"On {day}, at {at:%H:%M}, {who} wrote:" if client == "phone" else f"On {day} at {at:%H:%M}, {who} wrote:"


def _block(quoted: Quoted, language: str) -> list[tuple[str, str]]:
    at = quoted.at.astimezone(ROME)
    weekday, month = WEEKDAYS[language][at.weekday()], MONTHS[language][at.month - 1]
    sent = f"{weekday} {at.day} {month} {at.year} {at:%H:%M}"
    values = (f"{quoted.name} <{quoted.address}>", sent, quoted.to, quoted.subject)
    return list(zip(_HEADERS[language], values, strict=True))
