"""HTML as the text a person sees: blocks become lines, quotes get their mark, nothing hidden shows."""

import re

from lxml import etree

from .html_quotes import is_cut, is_quote, is_signature
from .limits import MAX_QUOTE_DEPTH
from .quotes import HARD_CUT
from .signatures import SIGNATURE_CUT, SIGNATURE_END
from .tree import name

SPACE = re.compile(r"[ \t\r\n\f\xa0\u200b\u200c\ufeff]+")
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
UNSEEN = {"head", "style", "script", "title", "template", "noscript", "object", "embed", "select", "textarea", "svg"}
LINES = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure",
    "footer", "form", "header", "hr", "li", "main", "nav", "section", "table", "tbody", "tfoot", "thead", "tr",
}  # fmt: skip
PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre"}


class Page:
    """Lines of text being written, with the depth of quoting of each."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.current: list[str] = []
        self.depth = 0
        self.gap = False
        # Open boxes in which programs put signatures.
        self.boxes: list[etree._Element] = []

    def write(self, text: str, *, kept: bool = False) -> None:
        """Adds words to the current line; white space is one space unless it is kept, as in `pre`."""
        if kept:
            first, *others = text.replace("\r\n", "\n").split("\n")
            self.put(first)
            for other in others:
                self.end_line()
                self.put(other)
            return
        text = SPACE.sub(" ", text)
        if text.startswith(" ") and (not self.current or self.current[-1].endswith(" ")):
            text = text[1:]
        self.put(text)

    def put(self, text: str) -> None:
        if not text:
            return
        if self.gap and not self.current:
            self.gap = False
            if self.lines and self.lines[-1].strip("> "):
                self.lines.append(self.mark().rstrip())
        self.current.append(text)

    def end_line(self) -> None:
        self.lines.append((self.mark() + "".join(self.current)).rstrip())
        self.current.clear()

    def block(self, *, apart: bool) -> None:
        """Starts a new line when the current one holds anything; paragraphs also keep a distance."""
        if self.current:
            self.end_line()
        self.gap = self.gap or apart

    def alone(self, mark: str) -> None:
        """A line with nothing but a mark."""
        self.block(apart=False)
        self.put(mark)
        self.end_line()

    def mark(self) -> str:
        return ">" * min(self.depth, MAX_QUOTE_DEPTH) + " " if self.depth else ""

    def text(self) -> str:
        if self.current:
            self.end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")


def rendered(root: etree._Element, *, cuts: bool = False) -> str:
    """The visible text of a tree; with `cuts`, quotes that only the HTML shows get a line of their own."""
    page = Page()
    pre = 0
    walk = etree.iterwalk(root, events=("start", "end"))
    skipped: etree._Element | None = None
    for event, element in walk:
        tag = name(element)
        if event == "start":
            if not tag or tag in UNSEEN or HIDDEN_STYLE.search(element.get("style", "")):
                skipped = element
                walk.skip_subtree()
                continue
            pre += tag == "pre"
            opened(page, element, tag, cuts=cuts)
            if element.text:
                page.write(element.text, kept=pre > 0)
            continue
        if element is skipped:
            skipped = None
        else:
            closed(page, element, tag)
            pre -= tag == "pre"
        if element.tail and element is not root:
            page.write(element.tail, kept=pre > 0)
    return page.text()


def opened(page: Page, element: etree._Element, tag: str, *, cuts: bool) -> None:
    if tag == "br":
        page.end_line()
    elif tag in LINES or tag in PARAGRAPHS:
        page.block(apart=is_apart(element, tag))
    if cuts and is_cut(element, tag):
        page.alone(HARD_CUT)
    elif cuts and not page.depth and is_signature(element):
        page.alone(SIGNATURE_CUT)
        page.boxes.append(element)
    if is_quote(element, tag):
        page.block(apart=False)
        page.depth += 1
    if tag == "li":
        page.put("- ")


def closed(page: Page, element: etree._Element, tag: str) -> None:
    if tag in LINES or tag in PARAGRAPHS:
        page.block(apart=is_apart(element, tag))
    elif tag in ("td", "th") and page.current:
        page.write(" ")
    if is_quote(element, tag):
        page.block(apart=False)
        page.depth -= 1
    if page.boxes and page.boxes[-1] is element:
        page.boxes.pop()
        page.alone(SIGNATURE_END)


def is_apart(element: etree._Element, tag: str) -> bool:
    """Paragraphs keep a distance, but Outlook's have no margin and use empty ones for it."""
    return tag in PARAGRAPHS and not element.get("class", "").startswith(("Mso", "xMso", "x_Mso"))
