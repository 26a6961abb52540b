"""The marks that mail programs leave in their HTML where a quote or a signature begins."""

import re
from itertools import islice

from lxml import etree

# A quick look at the source: without any of these there is nothing to find in the tree.
HINTS = (
    "gmail_", "<blockquote", "divrplyfwdmsg", "appendonsend", "yahoo_quoted", "border-top", "stopspelling", "zwchr",
    "olk_src_body", "moz-", "signature", "protonmail_", "tutanota_quote", "mail-editor-reference", "x-evo", "sig\"",
    "outlookmessageheader", "zmail_extra", "ms-outlook-", "reply-intro", "data-marker", "name=\"quote", "hs_reply",
    "messagereplysection", "_rc_sig", "bloop_", "quoted", "_originalcontent", "missive_quote", "front-blockquote",
    "freshdesk_quote", "replyheader", "orimsghtmlseperator", "isreplycontent",
)  # fmt: skip
# A style that makes a box is short; hostile ones are not.
MAX_STYLE_CHARS = 300
# Elements looked at for the first words of a box.
MAX_HEADER_ELEMENTS = 40
CUT_IDS = re.compile(
    r"^(?:x_)*(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|stopSpelling|zwchr"
    r"|mail-editor-reference-message-container"
    r"|ms-outlook-mobile-reference(?:-message)?|yahoo_quoted\w*|reply-intro|isReplyContent|oriMsgHtmlSeperator"
    r"|_originalContent|orignalContent|replySplit|aolmail_\w*quote\w*)$"
)
CUT_CLASSES = {
    "yahoo_quoted",
    "yahoo-quoted-begin",
    "OutlookMessageHeader",
    "protonmail_quote",
    "tutanota_quote",
    "zmail_extra",
    "gmail_quote_container",
    "moz-forward-container",
    "ms-outlook-mobile-reference-message",
    "missive_quote",
    "front-blockquote",
    "freshdesk_quote",
    "hs_reply",
    "replyHeader",
    "quoted-text",
    "quotedText",
    "ymail_quote",
    "elided-text",
    "WordSection1_quoted",
}
CUT_NAMES = {"quote", "quoted-content", "messageReplySection", "x_messageReplySection"}
CUT_MARKERS = {"__DIVIDER__", "__HEADERS__", "__QUOTED_TEXT__"}
QUOTE_CLASSES = {"gmail_attr", "moz-cite-prefix", "moz-email-headers-table"}
SIGNATURE_CLASSES = {
    "gmail_signature",
    "gmail_signature_prefix",
    "moz-signature",
    "protonmail_signature_block",
    "protonmail_signature_block-user",
    "zmail_signature",
    "zm_signature",
    "io-ox-signature",
    "-x-evo-signature",
    "-x-evo-signature-wrapper",
    "ancora-signature",
    "k9mail-signature",
    "ms-outlook-ios-signature",
    "ms-outlook-mobile-signature",
    "tutanota_signature",
}
SIGNATURE_IDS = re.compile(
    r"^(?:x_)*(?:Signature|signature|ms-outlook-mobile-signature|ms-outlook-ios-signature|ymail_(?:android"
    r"|ios)_signature"
    r"|AppleMailSignature|composer_signature|_rc_sig|mac_outlook_signature|MAC_OUTLOOK_SIGNATURE|_signaturePlaceholder"
    r"|bloop_sign_\w*|Zm-_Id_-Sgn\d*|yahoo-signature|huawei_signature|sig\d{4,})$"
)
SIGNATURE_NAMES = {"messageSignatureSection", "x_messageSignatureSection"}
SIGNATURE_MARKERS = {"__SIG_PRE__", "__SIG_POST__"}
# Outlook, Windows Mail: a box with nothing but a line on top, over "From: ... Sent: ...".
OUTLOOK_BOX = re.compile(
    r"border:\s*none;\s*border-top:\s*solid|border-top:\s*(?:solid\s+)?#?[\w()., ]{1,40}\s*1(?:\.0)?p[tx]"
    r"|border-top-style:\s*solid|border-top:\s*1p[xt]\s+solid|border-width:\s*1(?:\.0)?p[tx]\s+(?:none|medium)"
    r"|border-style:\s*solid\s+none\s+none",
    re.IGNORECASE,
)
HEADER_LABEL = re.compile(
    r"^\W*(?:from|da|von|de|van|от|från|fra|od|date|data|datum|fecha|sent|gesendet|inviato|envoyé|enviado)\s*:",
    re.IGNORECASE,
)


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
    if tag not in ("div", "hr", "blockquote", "span", "table", "p", "section"):
        return False
    identifier = element.get("id")
    if identifier and CUT_IDS.match(identifier):
        return True
    if element.get("name") in CUT_NAMES or element.get("data-marker") in CUT_MARKERS:
        return not has_blockquote(element)
    marks = element.get("class")
    if marks and is_cut_class(element, tag, {mark.removeprefix("x_") for mark in marks.split()}):
        return True
    style = element.get("style")
    return (
        bool(style)
        and tag == "div"
        and bool(OUTLOOK_BOX.search(style[:MAX_STYLE_CHARS]))
        and starts_with_header(element)
    )


def is_cut_class(element: etree._Element, tag: str, names: set[str]) -> bool:
    if "gmail_quote" in names and tag == "div":
        return not has_blockquote(element)
    return not CUT_CLASSES.isdisjoint(names) and not has_blockquote(element)


def is_signature(element: etree._Element) -> bool:
    """Elements in which programs put the signature that the person configured."""
    marks = element.get("class")
    if marks and not SIGNATURE_CLASSES.isdisjoint(marks.split()):
        return True
    identifier = element.get("id")
    if identifier and SIGNATURE_IDS.match(identifier):
        return True
    return (
        element.get("data-signatureblock") == "true"
        or element.get("name") in SIGNATURE_NAMES
        or element.get("data-marker") in SIGNATURE_MARKERS
    )


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
