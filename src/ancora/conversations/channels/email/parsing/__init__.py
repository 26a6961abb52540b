"""Mail understanding: raw bytes in, a `ParsedMail` out. No Django, no database, no network.

What always holds: `parse` never raises, whatever the bytes; no string of its result holds a NUL or a
lone surrogate; files come out byte for byte; every limit is in `limits`, and what a limit or a
damage cost is said in `warnings`, in plain words. The original is never kept here: the caller has it.
"""

from .addresses import Address
from .attachments import Attachment
from .calendars import Invitation
from .mail import ParsedMail
from .reading import parse, says_forward
from .reports import Delivery, DeliveryReport, FeedbackReport, delivery_in_words
from .security import Security

__all__ = [
    "Address",
    "Attachment",
    "Delivery",
    "DeliveryReport",
    "FeedbackReport",
    "Invitation",
    "ParsedMail",
    "Security",
    "delivery_in_words",
    "html_to_text",
    "parse",
    "sanitise",
    "says_forward",
]


def __getattr__(name: str):
    # HTML needs lxml and nh3, 40 ms to load, which a plain mail does not pay.
    if name in ("html_to_text", "sanitise"):
        from . import html

        return getattr(html, name)
    raise AttributeError(name)
