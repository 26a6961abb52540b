"""What agents write, made fit for sending: HTML of the editor's few tags, and the same as plain text."""

import nh3
from lxml import etree

from ancora.conversations.channels.email.parsing import html_to_text

TAGS = {
    "a", "b", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "hr", "i", "li", "ol", "p", "pre", "s",
    "strong", "sub", "sup", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
DROPPED_WHOLE = {"script", "style", "title", "template", "iframe", "object", "svg", "math"}


def safe_html(html: str) -> str:
    """What the editor can make, and nothing else: no styles, images, scripts or foreign addresses."""
    return nh3.clean(
        html.replace("\0", ""),
        tags=TAGS,
        clean_content_tags=DROPPED_WHOLE,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=None,
    ).strip()


def plain_text(html: str) -> str:
    """The words of agents' HTML for people and programs that read text: links with their address, lists numbered."""
    if not html.strip():
        return ""
    if "<a " in html or "<li" in html:
        html = _spelled_out(html)
    return html_to_text(html)


def _spelled_out(html: str) -> str:
    root = etree.fromstring(f"<div>{html}</div>", etree.HTMLParser(encoding=None, no_network=True))
    if root is None:
        return html
    for link in root.iter("a"):
        address, shown = link.get("href", ""), "".join(link.itertext()).strip()
        if address and address.removeprefix("mailto:").removeprefix("tel:") not in (shown, ""):
            link.tail = f" <{address}>{link.tail or ''}"
    for item in root.iter("li"):
        if len(item) and item[0].tag == "p" and not (item.text or "").strip():
            item[0].tag = "span"
    for ordered in list(root.iter("ol")):
        _number(ordered)
    return etree.tostring(root, encoding="unicode", method="html")


def _number(ordered: etree._Element) -> None:
    """Items become lines of their own with their number in front."""
    start = ordered.get("start", "1")
    first = int(start) if start.isdecimal() and len(start) < 6 else 1
    for number, item in enumerate(ordered.findall("li"), first):
        item.tag = "div"
        item.text = f"{number}. {item.text or ''}"
    ordered.tag = "div"
