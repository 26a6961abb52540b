"""Outgoing mail as those see it who answer for a mailbox: what is in trouble, what left, what came back.

The number of queries does not depend on how much there is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from ancora.conversations.models import (
    IN_TROUBLE,
    Mailbox,
    Outgoing,
    OutgoingState,
    Place,
    Recipient,
    RecipientState,
    WaitsFor,
)
from ancora.conversations.queries import SECRETS, hidden_mailbox_ids
from ancora.platform import clock

MOST = 100
# What ended badly longer ago than this is history.
PRESENT = timedelta(days=30)
_WAITING_IN_TROUBLE = [WaitsFor.SERVER, WaitsFor.RECIPIENT, WaitsFor.MAILBOX]


@dataclass(frozen=True, slots=True)
class Departure:
    """An outgoing message: `reference` is its conversation's number (#1042), `at` when something last became of it.
    The recipients are loaded, and so are message and mailbox."""

    outgoing: Outgoing
    reference: int
    at: datetime

    @property
    def subject(self) -> str:
        return self.outgoing.message.subject

    @property
    def recipients(self) -> list[Recipient]:
        return list(self.outgoing.recipients.all())

    @property
    def unreached(self) -> list[Recipient]:
        """Those whom it did not reach, or perhaps not, or not yet."""
        fine = (RecipientState.ACCEPTED, RecipientState.DELIVERED)
        return [one for one in self.recipients if one.state not in fine]


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail that came back from one address; `answer` is what the report said."""

    address: str
    answer: str
    message_id: int
    subject: str
    reference: int
    at: datetime


def outgoing_in_trouble(viewer, most: int = MOST) -> list[Departure]:
    """What is unknown, failed, bounced, sent only to some, or waits for a server, newest first; without what a
    person has put aside and what ended more than 30 days ago. For leads and administrators, empty for others."""
    if not viewer.is_lead:
        return []
    is_waiting = Q(state=OutgoingState.QUEUED, waits_for__in=_WAITING_IN_TROUBLE)
    is_present = ~Q(state=OutgoingState.QUEUED) & Q(settled_at__gte=clock.now() - PRESENT)
    is_unknown = Q(state=OutgoingState.UNKNOWN) | Q(recipients__state=RecipientState.UNKNOWN)
    found = Outgoing.objects.filter(IN_TROUBLE).filter(is_waiting | is_present | is_unknown)
    if hidden := hidden_mailbox_ids(viewer):
        found = found.exclude(mailbox_id__in=hidden)
    return _departures(found.order_by("-id").distinct(), most)


def recent_outgoing(mailbox: Mailbox, most: int) -> list[Departure]:
    """The last messages of a mailbox, newest first. Whoever may see the mailbox may see them."""
    found = Outgoing.objects.filter(mailbox=mailbox).exclude(state=OutgoingState.TAKEN_BACK)
    return _departures(found.order_by("-id"), most)


def recent_bounces(mailbox: Mailbox, most: int) -> list[Bounce]:
    """The last addresses from which mail of this mailbox came back, the newest message first."""
    found = Recipient.objects.filter(state=RecipientState.BOUNCED, outgoing__mailbox=mailbox)
    rows = found.select_related("outgoing__message").annotate(reference=_reference("outgoing__message_id"))
    return [
        Bounce(
            address=one.address,
            answer=one.answer,
            message_id=one.outgoing.message_id,
            subject=one.outgoing.message.subject,
            reference=one.reference,
            at=_moment(one.outgoing),
        )
        for one in rows.order_by("-outgoing_id", "id")[:most]
    ]


def _departures(found: QuerySet[Outgoing], most: int) -> list[Departure]:
    rows = found.select_related("message", "mailbox").defer(*(f"mailbox__{name}" for name in SECRETS))
    rows = rows.annotate(reference=_reference("message_id")).prefetch_related("recipients")
    return [Departure(one, one.reference, _moment(one)) for one in rows[:most]]


def _reference(message: str) -> Subquery:
    here = Place.objects.filter(message_id=OuterRef(message), until__isnull=True)
    return Subquery(here.values("conversation__reference")[:1])


def _moment(outgoing: Outgoing) -> datetime:
    return outgoing.settled_at or outgoing.tried_at or outgoing.message.recorded_at
