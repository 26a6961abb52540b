"""What agents write, made fit for sending: HTML of the editor's few tags, and the same as plain text."""

import re
from collections.abc import Callable, Collection
from html import unescape
from urllib.parse import unquote

import nh3
from django.utils.translation import gettext as _
from lxml import etree

from ancora.conversations.channels.email.parsing import html_to_text

TAGS = {
    "a", "b", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "hr", "i", "li", "ol", "p", "pre", "s",
    "strong", "sub", "sup", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "img": {"src", "alt", "width", "height"}}
SCHEMES = {"http", "https", "mailto", "tel", "cid"}
DROPPED_WHOLE = {"script", "style", "title", "template", "iframe", "object", "svg", "math"}
_WITHOUT_SOURCE = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")
_CONTENT_ID = re.compile(r'\ssrc="cid:([^"]*)"')


def safe_html(html: str, *, pictures: Collection[str] = ()) -> str:
    """What the editor can make, and nothing else: no styles, scripts or foreign addresses, and of images only those
    that go along, named by their content ids in `pictures`."""
    return cleaned(html, TAGS, ATTRIBUTES, pictures)


def cleaned(html: str, tags: set[str], attributes: dict[str, set[str]], pictures: Collection[str]) -> str:
    """Only these tags and attributes, and images only of these content ids."""
    clean = nh3.clean(
        html.replace("\0", ""),
        tags=tags | {"img"} if pictures else tags,
        clean_content_tags=DROPPED_WHOLE,
        attributes=attributes if pictures else {tag: attributes[tag] for tag in attributes.keys() - {"img"}},
        attribute_filter=_only(pictures),
        url_schemes=SCHEMES,
        link_rel=None,
    )
    return _WITHOUT_SOURCE.sub("", clean).strip()


def content_ids_in(html: str) -> list[str]:
    """The content ids of the images that safe HTML shows, in order."""
    return list(dict.fromkeys(unquote(unescape(one)) for one in _CONTENT_ID.findall(html)))


def _only(pictures: Collection[str]) -> Callable[[str, str, str], str | None]:
    def allowed(tag: str, attribute: str, value: str) -> str | None:
        if tag == "img" and attribute == "src":
            return value if value[:4] == "cid:" and unquote(value[4:]) in pictures else None
        return None if attribute == "href" and value[:4].lower() == "cid:" else value

    return allowed


def plain_text(html: str) -> str:
    """The words of agents' HTML for people and programs that read text: links with their address, lists numbered,
    pictures by their names."""
    if not html.strip():
        return ""
    if "<a " in html or "<li" in html or "<img" in html:
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
    for image in list(root.iter("img")):
        name = image.get("alt") or _("picture")
        image.attrib.clear()
        image.tag, image.text = "span", f"[{name}]"
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
