"""Italian certified mail (PEC, DPR 68/2005): the letter inside the provider's envelope, and the provider's receipts.

The envelope comes from one address of the provider for all its customers; who writes, and what, is in the mail inside
(`postacert.eml`). Receipts say what became of a mail of ours, as delivery reports do.
"""

import re

from .headers import Headers, first, identifiers
from .limits import MAX_REPORTED
from .reports import MAX_REPORT_BYTES, Delivery, DeliveryReport
from .structure import Part

# The kinds of receipts, and what each means for the mail.
RECEIPTS = {
    "accettazione": "relayed",
    "presa-in-carico": "relayed",
    "avvenuta-consegna": "delivered",
    "non-accettazione": "failed",
    "errore-consegna": "failed",
    "rilevazione-virus": "failed",
    "preavviso-errore-consegna": "delayed",
}
ADDRESSED = re.compile(r"<destinatari\b[^<>]{0,200}>\s*([^\s<>@]{1,64}@[^\s<>]{1,255})\s*<", re.IGNORECASE)
DELIVERED = re.compile(r"<consegna\b[^<>]{0,200}>\s*([^\s<>@]{1,64}@[^\s<>]{1,255})\s*<", re.IGNORECASE)
REASON = re.compile(r"<errore-esteso>\s*([^<>]{1,500})<", re.IGNORECASE)


def letter_inside(headers: Headers, parts: list[Part]) -> bytes | None:
    """The mail that a certified envelope carries."""
    if first(headers, "x-trasporto").lower() != "posta-certificata":
        return None
    part = next((part for part in parts if part.filename.lower() == "postacert.eml"), None)
    return part.content() if part is not None and not part.children else None


def receipt(headers: Headers, parts: list[Part]) -> tuple[DeliveryReport, list[Delivery]] | None:
    """What a receipt says, in the form of a delivery report: first in short, then for every recipient."""
    action = RECEIPTS.get(first(headers, "x-ricevuta").lower())
    if action is None:
        return None
    told = next((part for part in parts if part.filename.lower() == "daticert.xml"), None)
    text = told.content()[:MAX_REPORT_BYTES].decode("utf-8", "replace") if told else ""
    named = list(dict.fromkeys(ADDRESSED.findall(text)))[:MAX_REPORTED]
    if delivered := DELIVERED.search(text):
        # A receipt of delivery lists all recipients, and names the one it is about.
        named = [delivered[1]]
    found = REASON.search(text)
    reason = " ".join(found[1].split()) if found else ""
    kind = {"failed": "hard", "delayed": "soft"}.get(action)
    about = identifiers(headers, "x-riferimento-message-id")
    report = DeliveryReport(action, None, named[0] if named else None, about[0] if about else None)
    return report, [Delivery(one, action, None, reason, kind) for one in named]
