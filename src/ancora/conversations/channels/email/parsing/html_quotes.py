"""The marks that mail programs leave in their HTML where a quote begins."""

import re
from itertools import islice

from lxml import etree

# A quick look at the source: without any of these there is nothing to find in the tree.
HINTS = (
    "gmail_", "<blockquote", "divrplyfwdmsg", "appendonsend", "yahoo_quoted", "border-top", "stopspelling", "zwchr",
    "olk_src_body", "moz-cite", "moz-signature", "data-signatureblock", "signature", "protonmail_", "tutanota_quote",
    "mail-editor-reference", "outlookmessageheader", "zmail_extra", "ms-outlook-mobile",
)  # fmt: skip
# A style that makes a box is short; hostile ones are not.
MAX_STYLE_CHARS = 300
# Elements looked at for the first words of a box.
MAX_HEADER_ELEMENTS = 40
CUT_IDS = re.compile(
    r"^(?:x_)*(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|stopSpelling|zwchr|mail-editor-reference-message-container"
    r"|ms-outlook-mobile-reference|yahoo_quoted\w*|reply-intro|isReplyContent)$"
)
CUT_CLASSES = {
    "yahoo_quoted",
    "OutlookMessageHeader",
    "protonmail_quote",
    "tutanota_quote",
    "zmail_extra",
    "gmail_quote_container",
}
QUOTE_CLASSES = {"gmail_attr", "moz-cite-prefix", "moz-email-headers-table"}
SIGNATURE_CLASSES = {"gmail_signature", "moz-signature", "protonmail_signature_block"}
SIGNATURE_IDS = {"Signature", "x_Signature", "ms-outlook-mobile-signature", "ymail_android_signature"}
# Outlook, Windows Mail: a box with nothing but a line on top, over "From: ... Sent: ...".
OUTLOOK_BOX = re.compile(
    r"border:\s*none;\s*border-top:\s*solid|border-top:\s*(?:solid\s+)?#?[\w()., ]{1,40}\s*1(?:\.0)?p[tx]"
    r"|border-top-style:\s*solid|border-top:\s*1p[xt]\s+solid",
    re.IGNORECASE,
)
HEADER_LABEL = re.compile(r"^\W*(?:from|da|von|de|van|от|date|data|sent)\s*:", re.IGNORECASE)


def has_hint(html: str) -> bool:
    """Whether the source holds anything that could mark a quote or a signature."""
    source = html.lower()
    return any(hint in source for hint in HINTS)


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
    return (
        bool(style)
        and tag == "div"
        and bool(OUTLOOK_BOX.search(style[:MAX_STYLE_CHARS]))
        and starts_with_header(element)
    )


def is_signature(element: etree._Element) -> bool:
    """Elements in which programs put the signature that the person configured."""
    marks = element.get("class")
    if marks and not SIGNATURE_CLASSES.isdisjoint(marks.split()):
        return True
    return element.get("id") in SIGNATURE_IDS or element.get("data-signatureblock") == "true"


def has_blockquote(element: etree._Element) -> bool:
    """Gmail and others put answers between quotes into the same box; then only the quotes count."""
    return next(element.iter("blockquote"), None) is not None


def starts_with_header(element: etree._Element) -> bool:
    words = ""
    for inner in islice(element.iter(), MAX_HEADER_ELEMENTS):
        words += (inner.text or "").strip()[:40]
        if len(words) > 12:
            break
    return bool(HEADER_LABEL.match(words))
