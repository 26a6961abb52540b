"""The marks that mail programs leave in their HTML where a quote begins."""

import re

from lxml import etree

# A quick look at the source: without any of these there is nothing to find in the tree.
HINT = re.compile(
    r"gmail_quote|<blockquote|divRplyFwdMsg|appendonsend|yahoo_quoted|border-top|stopSpelling|zwchr|OLK_SRC_BODY"
    r"|moz-cite|protonmail_quote|mail-editor-reference|OutlookMessageHeader|tutanota_quote|zmail_extra|ms-outlook-mobile-ref",
    re.IGNORECASE,
)
CUT_IDS = re.compile(
    r"^(?:x_)*(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|stopSpelling|zwchr|mail-editor-reference-message-container"
    r"|ms-outlook-mobile-reference|yahoo_quoted\w*|reply-intro|isReplyContent)$"
)
CUT_CLASSES = {"yahoo_quoted", "OutlookMessageHeader", "protonmail_quote", "tutanota_quote", "zmail_extra", "gmail_quote_container"}
QUOTE_CLASSES = {"gmail_attr", "moz-cite-prefix", "moz-email-headers-table"}
# Outlook, Windows Mail: a box with nothing but a line on top, over "From: ... Sent: ...".
OUTLOOK_BOX = re.compile(
    r"border:\s*none;\s*border-top:\s*solid|border-top:\s*(?:solid\s+)?#?[\w()., ]{1,40}\s*1(?:\.0)?p[tx]|border-top-style:\s*solid"
    r"|border-top:\s*1p[xt]\s+solid",
    re.IGNORECASE,
)
HEADER_LABEL = re.compile(r"^\W*(?:from|da|von|de|van|от|date|data|sent)\s*:", re.IGNORECASE)


def is_quote(element: etree._Element, tag: str) -> bool:
    """Elements whose lines are quoted ones."""
    if tag == "blockquote":
        return True
    marks = element.get("class")
    return bool(marks) and not QUOTE_CLASSES.isdisjoint(marks.split())


def is_cut(element: etree._Element, tag: str) -> bool:
    """Elements from which on everything is quoted, though nothing in the words says so."""
    if tag not in ("div", "hr", "blockquote", "span", "table"):
        return False
    identifier = element.get("id")
    if identifier and CUT_IDS.match(identifier):
        return True
    marks = element.get("class")
    if marks:
        names = {mark.removeprefix("x_") for mark in marks.split()}
        if names & CUT_CLASSES and not has_blockquote(element):
            return True
        if "gmail_quote" in names and tag == "div" and not has_blockquote(element):
            return True
    style = element.get("style")
    return bool(style) and tag == "div" and bool(OUTLOOK_BOX.search(style)) and starts_with_header(element)


def has_blockquote(element: etree._Element) -> bool:
    """Gmail and others put answers between quotes into the same box; then only the quotes count."""
    return next(element.iter("blockquote"), None) is not None


def starts_with_header(element: etree._Element) -> bool:
    words = ""
    for text in element.itertext():
        words += text.strip()
        if len(words) > 12:
            break
    return bool(HEADER_LABEL.match(words))
