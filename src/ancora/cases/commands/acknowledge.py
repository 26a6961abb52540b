"""Tells the customer that a new case is there."""

from datetime import datetime, timedelta

from django.db import transaction

from ancora.cases.events import AcknowledgementWithheld
from ancora.cases.queries.cases import case_of_conversation
from ancora.conversations.commands.acknowledge import acknowledge, is_first_silence
from ancora.conversations.events import MessageReceived
from ancora.conversations.models import Place
from ancora.conversations.queries import acknowledging_mailboxes
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish

# After that it would be no news.
LATEST = timedelta(days=1)


def may_be_acknowledged(event: MessageReceived) -> bool:
    """Whether it is worth a second look: a person's mail that came just now to a mailbox that acknowledges."""
    is_doubtful = bool(event.spam) or event.trust == "failed"
    is_news = event.auto is None and not event.is_silent and not is_doubtful
    is_news = is_news and event.third_party_id is None
    return is_news and event.mailbox_id in acknowledging_mailboxes()


@transaction.atomic
def acknowledge_case(event: MessageReceived, *, at: datetime) -> None:
    """Acknowledge a person's mail that opened a case, where its mailbox does so; nothing for automatic, old and
    silent mail, for spam and for mail that failed the check of its sender. A second run has no further effect."""
    if not may_be_acknowledged(event):
        return
    place = Place.objects.filter(message_id=event.message_id, until__isnull=True).first()
    case = case_of_conversation(place.conversation_id) if place else None
    if case is None or case.is_removed or clock.now() - at > LATEST:
        return
    decided = acknowledge(event.message_id, mailbox_id=event.mailbox_id)
    if decided is not None and decided.withheld and is_first_silence(decided):
        withheld = AcknowledgementWithheld(case_id=case.pk, message_id=event.message_id, reason=str(decided.withheld))
        publish(withheld, actor=SYSTEM)
