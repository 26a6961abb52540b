"""Tells who writes about something new that it arrived. Never to a machine, and within budgets that two workers
cannot exceed together: what no header betrays stops there."""

import re
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.html import linebreaks
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.trust.fields import header_block
from ancora.conversations.commands.queue_message import queue_message
from ancora.conversations.drafting import Writing, reader_language, reply_subject
from ancora.conversations.identities import Identity
from ancora.conversations.models import (
    Acknowledgement,
    Arrival,
    Conversation,
    Direction,
    Mailbox,
    Message,
    Place,
    Purpose,
    Withheld,
)
from ancora.conversations.queries import SECRETS, own_addresses
from ancora.conversations.tokens import without_token
from ancora.platform import clock
from ancora.platform.addresses import compared_address
from ancora.platform.files.store import read

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_A_DAY = 5
# Nobody reads what is sent there.
_NOBODY = re.compile(
    r"no[-_.]?repl(?:y|ies)|do[-_.]?not[-_.]?reply|not?[-_.]?rispond|mailer[-_.]?daemon"
    r"|^(?:postmaster|bounces?|nobody|listserv|majordomo|mailman|owner)(?:[-+_=.]|$)|[-_](?:bounces?|owner|request)$",
    re.IGNORECASE,
)


@transaction.atomic
def acknowledge(message_id: int, *, mailbox_id: int) -> Acknowledgement | None:
    """Decide about a message that begins a conversation, and send what is to be sent. None when there is nothing to
    decide: it was decided before, the mailbox acknowledges nothing, or nobody is there to be told."""
    mailbox = Mailbox.objects.filter(pk=mailbox_id, acknowledges=True, is_active=True).defer(*SECRETS).first()
    place = Place.objects.filter(message_id=message_id, until__isnull=True).select_related("message", "conversation")
    place = place.first() if mailbox is not None else None
    if place is None or not _begins(place) or not _is_somebody(place.message) or _is_for_many(place.message):
        return None
    # One decision at a time: what another worker has just sent is counted.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(746005, hashtext('acknowledgement'))")
    if Acknowledgement.objects.filter(received_id=message_id).exists():
        return None
    conversation = place.conversation
    withheld = _withheld(mailbox, conversation)
    sent = None if withheld else queue_message(_writing(mailbox, conversation, place.message))
    return Acknowledgement.objects.create(
        received_id=message_id,
        message=sent,
        mailbox=mailbox,
        customer_id=conversation.customer_id,
        withheld=withheld,
        decided_at=clock.now(),
    )


def is_first_silence(decided: Acknowledgement) -> bool:
    """Whether nobody was told of this silence yet: the first for its reason within the hour."""
    same = {"mailbox": decided.mailbox} if decided.withheld == Withheld.MAILBOX else {"customer": decided.customer}
    before = Acknowledgement.objects.filter(withheld=decided.withheld, decided_at__gt=decided.decided_at - HOUR, **same)
    return not before.exclude(pk=decided.pk).exists()


def default_text(language: str) -> str:
    """What is sent where nobody has written another text."""
    with translation.override(language):
        return _(
            "Thank you for your message. It has arrived, and its number is {reference}. One of us will read it and "
            "answer you.\n\nTo add something, just answer this mail."
        )


def _begins(place: Place) -> bool:
    """Nothing came before it, and nobody of us has written yet."""
    others = Place.objects.filter(conversation_id=place.conversation_id, until__isnull=True)
    earlier = Q(message_id__lt=place.message_id) | Q(message__direction=Direction.OUT)
    return not others.filter(earlier).exists()


def _is_somebody(message: Message) -> bool:
    """A person who can be told: no machine, not ourselves, no address that nobody reads."""
    address = compared_address(message.from_address)
    local, _at, domain = address.rpartition("@")
    if message.auto or message.direction != Direction.IN or not local or not domain:
        return False
    return without_token(address) not in own_addresses() and not _NOBODY.search(local)


def _is_for_many(message: Message) -> bool:
    """A mail that offers to unsubscribe: most are of lists, and the few of a person do without an answer by itself."""
    arrival = Arrival.objects.filter(message=message).select_related("file").first()
    header = header_block(read(arrival.file)) if arrival else b""
    return b"\nlist-unsubscribe:" in b"\n" + header.lower()


def _withheld(mailbox: Mailbox, conversation: Conversation) -> str:
    sent, now = Acknowledgement.objects.filter(withheld=""), clock.now()
    to_customer = sent.filter(customer_id=conversation.customer_id)
    if to_customer.filter(decided_at__gt=now - HOUR).exists():
        return Withheld.CUSTOMER
    if to_customer.filter(decided_at__gt=now - DAY).count() >= MOST_A_DAY:
        return Withheld.DAY
    if sent.filter(mailbox=mailbox, decided_at__gt=now - HOUR).count() >= mailbox.acknowledgements_per_hour:
        return Withheld.MAILBOX
    return ""


def _writing(mailbox: Mailbox, conversation: Conversation, message: Message) -> Writing:
    language = reader_language(message)
    text = getattr(mailbox, f"acknowledgement_{language}").strip() or default_text(language)
    text = text.replace("{reference}", f"#{conversation.reference}").replace("{name}", message.from_name)
    return Writing(
        conversation=conversation,
        identity=Identity(mailbox, mailbox.name, mailbox.address),
        purpose=Purpose.ACKNOWLEDGEMENT,
        subject=reply_subject(message.subject or conversation.subject),
        html=linebreaks(text, autoescape=True),
        to=[(message.from_name, message.from_address)],
        answers=message,
        author=None,
        language=language,
    )
