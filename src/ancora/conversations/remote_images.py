"""Images of a mail that lie on other servers: which they are, and whether they may be fetched."""

import re
from html import unescape
from uuid import UUID

from django.db.models import Q, QuerySet

from ancora.conversations.identity import message_key
from ancora.conversations.models import ImageConsent, Message
from ancora.customers.queries import normal_address

# In HTML made safe the addresses wait here, always in double quotes.
PARKED = re.compile(r'\bdata-remote-src="([^"]*)"')
MOST_IMAGES = 200


def addresses_in(html: str) -> list[str]:
    """The addresses of remote images, each once, in the order in which the mail has them."""
    found = dict.fromkeys(unescape(address) for address in PARKED.findall(html))
    return list(found)[:MOST_IMAGES]


def address_key(address: str) -> UUID:
    """A digest, however long an address is."""
    return message_key(address)


def may_load_images(message: Message) -> bool:
    """Whether a person has agreed: for this message, or for everything its sender sends, unless this one is not
    proved or spam."""
    wanted = Q(message=message)
    if is_believable(message):
        wanted |= Q(address=normal_address(message.from_address))
    return ImageConsent.objects.filter(wanted, until__isnull=True).exists()


def is_believable(message: Message) -> bool:
    """Whether what was agreed for a sender counts for this message of theirs."""
    return bool(message.from_address) and message.trust != "failed" and not message.spam


def image_consents(viewer) -> QuerySet[ImageConsent]:
    """Senders whose images are always shown, the newest first."""
    found = ImageConsent.objects.filter(until__isnull=True).exclude(address="")
    return found.select_related("author").order_by("-since", "-pk")


def consent_of_sender(message: Message) -> ImageConsent | None:
    """What was agreed for all mail of this message's sender."""
    address = normal_address(message.from_address)
    return ImageConsent.objects.filter(address=address, until__isnull=True).first() if address else None
