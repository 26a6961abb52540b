"""HTML of strangers made safe to show, and made readable as text.

Two steps: libxml2 turns tag soup into a well-nested tree (so that no unclosed formatting can blow up
in the second parser), then nh3 lets through only what is listed here. What nh3 cannot judge, the
values of styles, is dropped whenever it could load or run anything; the frame's own content
security policy stands behind both.
"""

import re
from html import escape

import nh3
from lxml import etree

from .charsets import clean
from .html_quotes import has_hint
from .limits import MAX_FORMATTING_DEPTH, MAX_HTML_DEPTH
from .quotes import HARD_CUT, Reply, visible_reply
from .rendering import rendered
from .signatures import SIGNATURE_CUT, SIGNATURE_END
from .tree import name, tree

TAGS = nh3.ALLOWED_TAGS | {"font", "center", "u", "s", "col", "colgroup", "caption", "tfoot"}
ATTRIBUTES = {
    "*": {"style", "align", "valign", "bgcolor", "width", "height", "dir", "lang", "title"},
    "a": {"href"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap"},
    "font": {"color", "face", "size"},
    "img": {"src", "alt", "data-remote-src"},
    "ol": {"start", "type"},
}
SIDES = ("top", "right", "bottom", "left")
STYLES = {
    "background-color", "border", "border-collapse", "border-color", "border-radius", "border-spacing", "border-style",
    "border-width", "color", "direction", "display", "font", "font-family", "font-size", "font-style", "font-variant",
    "font-weight", "height", "letter-spacing", "line-height", "list-style-type", "margin", "max-height", "max-width",
    "min-height", "min-width", "padding", "table-layout", "text-align", "text-decoration", "text-indent",
    "text-transform", "unicode-bidi", "vertical-align", "white-space", "width", "word-break", "word-spacing",
    "word-wrap", "overflow-wrap",
    *(f"margin-{side}" for side in SIDES), *(f"padding-{side}" for side in SIDES),
    *(f"border-{side}{part}" for side in SIDES for part in ("", "-color", "-style", "-width")),
}  # fmt: skip
FORMATTING = {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
# Start tags that close an open paragraph (HTML standard 13.2.6.4.7).
BLOCKS = {
    "address", "article", "aside", "blockquote", "center", "dd", "details", "dir", "div", "dl", "dt", "fieldset",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "menu", "nav", "ol",
    "p", "pre", "section", "summary", "table", "ul",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto", "tel", "sms", "cid", "data"}

# Stands for the no-break space while nh3 works, which takes the square of their number in time.
NO_BREAK = "\ue000"

# Whatever could load, run, or hide its name by an escape. A lone colour or length never needs these.
UNSAFE_STYLE = re.compile(r"url|expression|javascript|import|binding|image|\\|/\*|@|<|&", re.IGNORECASE)
EMBEDDED_IMAGE = re.compile(r"data:image/(?:png|gif|jpeg|jpg|webp);base64,[A-Za-z0-9+/=\s]+\Z", re.IGNORECASE)
REMOTE = re.compile(r"(?:https?:)?//[^\s\"'<>]+\Z", re.IGNORECASE)
LOCAL_ONLY = re.compile(r"\s*(?:data|cid)\s*:", re.IGNORECASE)


def sanitise(html: str) -> str:
    """HTML fit for a sandboxed frame; remote images wait in `data-remote-src`, `cid:` images stay named."""
    root = tree(clean(html))
    return sanitised(root) if root is not None else ""


def html_to_text(html: str) -> str:
    """The visible text of HTML, quotes marked with `>`."""
    root = tree(clean(html))
    return clean(rendered(root)) if root is not None else ""


def sanitised(root: etree._Element) -> str:
    """As `sanitise`, for a tree already read; the tree is changed on the way."""
    park_remote_images(root)
    flatten(root)
    source = etree.tostring(root, encoding="unicode", method="html").replace("\xa0", NO_BREAK)
    safe = nh3.clean(
        source,
        tags=TAGS,
        clean_content_tags={"script", "style", "title"},
        attributes=ATTRIBUTES,
        attribute_filter=allowed_value,
        filter_style_properties=STYLES,
        url_schemes=SCHEMES,
        # Relative to what? In our page it would lead into Ancora.
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return clean(safe.replace(NO_BREAK, "\xa0")).strip()


def park_remote_images(root: etree._Element) -> None:
    """Moves addresses of remote images out of the browser's sight, until the reader asks for them."""
    for image in root.iter("img"):
        image.attrib.pop("data-remote-src", None)
        source = image.get("src", "").strip()
        if REMOTE.match(source):
            del image.attrib["src"]
            image.set("data-remote-src", "https:" + source if source.startswith("//") else source)


def flatten(root: etree._Element) -> None:
    """Takes away what could make the second parser build a tree many times the size of the first.

    It closes a paragraph at a block inside it and opens again, in every block after, all formatting
    that was open (HTML standard 13.2.4.3): blocks times depth. So paragraphs around blocks become
    plain blocks, and formatting or nesting deeper than honest mail becomes plain spans.
    """
    depth = formatting = 0
    paragraphs: list[etree._Element] = []
    excess: list[etree._Element] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = name(element)
        step = 1 if event == "start" else -1
        depth += step
        formatting += step * (tag in FORMATTING)
        if tag == "p":
            paragraphs.append(element) if step > 0 else paragraphs and paragraphs.pop()
        if step > 0 and paragraphs and tag in BLOCKS:
            excess += [paragraph for paragraph in paragraphs if paragraph is not element]
            paragraphs = paragraphs[-1:] if tag == "p" else []
        if step > 0 and (depth > MAX_HTML_DEPTH or (formatting > MAX_FORMATTING_DEPTH and tag in FORMATTING)):
            excess.append(element)
    for element in excess:
        if name(element) == "p":
            element.tag = "div"
        elif name(element) not in ("div", "br", "img", "hr"):
            element.tag = "span"
            element.attrib.clear()


def allowed_value(tag: str, attribute: str, value: str) -> str | None:
    """nh3's last word on one attribute: the value, or None to drop it."""
    if attribute == "style":
        if UNSAFE_STYLE.search(value) is None:
            return value
        return ";".join(rule for rule in value.split(";") if UNSAFE_STYLE.search(rule) is None) or None
    if attribute == "src":
        is_safe = value.lower().startswith("cid:") or EMBEDDED_IMAGE.match(value)
        return value if is_safe else None
    if attribute == "data-remote-src":
        return value if tag == "img" and REMOTE.match(value) else None
    if attribute == "href" and LOCAL_ONLY.match(value):
        return None
    return value


def read_sections(sections: list[tuple[str, str]], sender: str) -> tuple[str, str, Reply]:
    """Text, safe HTML and the visible reply of sections of which at least one has HTML."""
    texts: list[str] = []
    safe: list[str] = []
    from_text: list[str] = []
    from_html: list[str] = []
    for text, source in sections:
        root = tree(source) if source else None
        if root is None:
            texts.append(text)
            safe.append(as_html(text) if text else "")
            from_text.append(text)
            from_html.append(text)
            continue
        rendering = rendered(root, cuts=True) if not text or has_hint(source) else ""
        texts.append(text or unmarked(rendering))
        safe.append(sanitised(root))
        from_text.append(text or rendering)
        from_html.append(rendering or text)
    reply = visible_reply(joined(from_text), sender)
    if not reply.quoted and from_html != from_text:
        other = visible_reply(joined(from_html), sender)
        reply = other if other.text and (other.quoted or other.signature) else reply
    reply = Reply(unmarked(reply.text), unmarked(reply.signature), reply.quoted, unmarked(reply.disclaimer))
    return joined(texts), "\n".join(filter(None, safe)), reply


def unmarked(text: str) -> str:
    """Without the marks that only the rules needed."""
    for mark in (HARD_CUT, SIGNATURE_CUT, SIGNATURE_END):
        text = text.replace(mark, "")
    return clean(text).strip("\n")


def joined(sections: list[str]) -> str:
    return "\n\n".join(filter(None, sections))


def as_html(text: str) -> str:
    """Plain text between HTML sections keeps its lines."""
    return f'<div style="white-space: pre-wrap">{escape(text)}</div>'
