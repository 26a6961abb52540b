"""HTML as a tree. libxml2 reads any tag soup in linear time and never runs what it reads."""

from lxml import etree

from .limits import MAX_HTML_CHARS

VOID_TEXT = "\xa0"


def tree(html: str) -> etree._Element | None:
    """The tree of a page or a fragment, or None when there is nothing in it."""
    content = html[:MAX_HTML_CHARS].encode("utf-8", "replace")
    parser = etree.HTMLParser(
        recover=True, encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def name(element: etree._Element) -> str:
    """The tag in lower case; empty for what is no element."""
    return element.tag.lower() if isinstance(element.tag, str) else ""
