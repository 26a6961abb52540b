"""What was written before, made fit to stand below an answer: it keeps its shape, and does not grow for ever."""

import re
from collections.abc import Collection
from html import escape

from lxml import etree

from ancora.conversations.channels.email.parsing.headings import marker_in
from ancora.conversations.channels.email.writing import ATTRIBUTES, TAGS, cleaned

# Quotes within what is quoted; with our own around them a thread shows its last five messages.
MOST_DEPTH = 4
MOST_CHARS = 100_000
CUT = "[…]"
SHAPES = TAGS | {
    "caption", "center", "dd", "div", "dl", "dt", "h5", "h6", "small", "span", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr",
}  # fmt: skip
SHAPE_ATTRIBUTES = {**ATTRIBUTES, "td": {"colspan", "rowspan", "align"}, "th": {"colspan", "rowspan", "align"}}
_QUOTE_MARKS = re.compile(r"^(?:\s?>)*")


def quotable_text(text: str) -> str:
    """The text without our own separators, without quotes that are too deep, and not longer than `MOST_CHARS`."""
    kept: list[str] = []
    for line in text[:MOST_CHARS].splitlines():
        marks = _QUOTE_MARKS.match(line)[0]
        if marker_in(line[len(marks) :]):
            continue
        if marks.count(">") > MOST_DEPTH:
            line = CUT
        if line != CUT or kept[-1:] != [CUT]:
            kept.append(line)
    return "\n".join([*kept, CUT] if len(text) > MOST_CHARS else kept).strip("\n")


def quotable_html(html: str, *, pictures: Collection[str] = ()) -> str:
    """The HTML with its paragraphs, lists, tables and emphasis, without styles, foreign images, our own separators
    and quotes that are too deep; empty when it is longer than `MOST_CHARS`: then the text says the same shorter."""
    safe = cleaned(html, SHAPES, SHAPE_ATTRIBUTES, pictures)
    if not safe or len(safe) > MOST_CHARS:
        return ""
    root = etree.fromstring(f"<div>{safe}</div>", etree.HTMLParser(encoding=None, no_network=True))
    if root is None:
        return ""
    for element in list(root.iter("blockquote")):
        if sum(1 for _above in element.iterancestors("blockquote")) >= MOST_DEPTH:
            _replace(element, CUT)
    for element in list(root.iter("p", "div", "span", "td")):
        if len(element) == 0 and marker_in(element.text or ""):
            _replace(element, "")
    body = root.find(".//div")
    return "" if body is None else _inner(body)


def quoted_html(text: str, html: str) -> str:
    """HTML for what is quoted, from its HTML where that is fit, else from its text."""
    return html or "<br>\n".join(escape(line) for line in text.splitlines())


def _replace(element: etree._Element, words: str) -> None:
    """Words instead of an element; what follows it stays."""
    tail = element.tail
    for child in list(element):
        element.remove(child)
    element.attrib.clear()
    element.tag, element.text, element.tail = "span", words, tail


def _inner(element: etree._Element) -> str:
    children = "".join(etree.tostring(child, encoding="unicode", method="html") for child in element)
    return f"{escape(element.text or '', quote=False)}{children}".strip()
