"""The sessions of the chats of a case, each as one line of its timeline."""

import math
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancora.cases.models import Case
from ancora.cases.queries.cases import conversation_ids_of, messages_of
from ancora.cases.routing.reading import minutes_in_words
from ancora.conversations.chats.models import Ending
from ancora.conversations.models import Contact


@dataclass(frozen=True, slots=True)
class Session:
    """One that has ended. `who`: who ended it, as far as that is known."""

    ended_at: datetime
    who: str
    words: str


def sessions_of(case: Case) -> list[Session]:
    """Those that have ended, the first one first. One query, none where nothing was said in a chat."""
    if all(one.channel != "chat" for one in messages_of(case)):
        return []
    ended = Contact.objects.filter(conversation__in=conversation_ids_of(case), ended_at__isnull=False)
    found = ended.select_related("answered_by", "visitor").order_by("ended_at", "id")
    return [_session(one, case.customer.name) for one in found]


def _session(contact: Contact, customer: str) -> Session:
    minutes = max(1, math.ceil((contact.ended_at - contact.started_at).total_seconds() / 60))
    told = {"length": minutes_in_words(minutes), "name": contact.answered_by or "", "ending": _ending(contact)}
    answered = _("Chat, %(length)s, answered by %(name)s, %(ending)s") % told
    words = answered if contact.answered_by else _("Chat, %(length)s, not answered, %(ending)s") % told
    return Session(contact.ended_at, _who(contact, customer), words)


def _ending(contact: Contact) -> str:
    match contact.ending:
        case Ending.CUSTOMER:
            return pgettext("of a chat", "ended by the customer")
        case Ending.PARKED:
            return pgettext("of a chat", "goes on by e-mail")
        case Ending.SILENCE:
            return pgettext("of a chat", "ended because nobody wrote any more")
    return pgettext("of a chat", "ended by us")


def _who(contact: Contact, customer: str) -> str:
    if contact.ending == Ending.CUSTOMER:
        return contact.visitor.name or customer
    by_person = contact.ending != Ending.SILENCE and contact.answered_by
    return str(contact.answered_by) if by_person else _("Ancora")
