"""Which ways lead to us for a matter, best first: for the chat of a website, and for whatever page asks."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import phonenumbers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from ancora.conversations.models import ChannelAccount
from ancora.platform import clock
from ancora.selfservice.advice.channels import NAMES
from ancora.selfservice.advice.decision import Advice, Matter, Offer, advise
from ancora.selfservice.advice.facts import Facts, facts_of
from ancora.selfservice.advice.rules import as_rule, rules_in_use
from ancora.selfservice.now import nobody_in_words, wait_in_words

NEVER = datetime.max.replace(tzinfo=UTC)
# Fewer matters say nothing of how often it solves one.
LEAST_KNOWN = 30


@dataclass(frozen=True, slots=True)
class Way(Offer):
    """A channel of this organisation: its name in words, where it leads (`href`, and `place` as it is read), how long
    one waits in words. One that is closed and of which nobody knows until when opens `NEVER`."""

    name: str = ""
    place: str = ""
    href: str = ""
    wait: str = ""


def advice_for(account: ChannelAccount, matter: Matter, language: str) -> list[dict]:
    """Every way of the organisation to which this chat belongs, the chat among them, best first; what is closed stays,
    at the end. What it knows is that of `facts`; one query besides."""
    with override(language):
        rules = [as_rule(row, language) for row in rules_in_use()]
        return [_told(one) for one in advise(matter, list(_ways(account, facts_of(account))), rules)]


def _ways(account: ChannelAccount, facts: Facts) -> Iterable[Way]:
    until_answer = facts.answer_due and (facts.answer_due - clock.now()).total_seconds()
    now = facts.now
    yield _way(
        "chat",
        facts,
        # Who writes while nobody is here waits as for the answer to a mail.
        wait_seconds=now.nine_of_ten if now.is_anybody_here else until_answer,
        opens_at=None if now.is_open else now.opens_at or NEVER,
        wait="" if not now.is_open else wait_in_words(now.nine_of_ten) if now.is_anybody_here else nobody_in_words(),
    )
    address = account.mailbox.address
    wait = _mail_in_words(facts.first_answer)
    yield _way("email", facts, wait_seconds=until_answer, place=address, href=f"mailto:{address}", wait=wait)
    if number := phone_of(account.settings):
        wait = _("Open now.") if facts.is_open else ""
        opens_at = None if facts.is_open else facts.opens_at or NEVER
        yield _way("phone", facts, opens_at=opens_at, place=number, href=_dialled(number), wait=wait)
    for pk, href in (account.settings.get("links") or {}).items():
        if known := facts.names.get(int(pk)):
            kind, name = known
            yield _way(kind, facts, name=name, place=urlsplit(href).netloc, href=href)


def _way(channel: str, facts: Facts, **more) -> Way:
    done = facts.counts.get(channel)
    counts = {"contacts": done.contacts, "solved": done.solved} if done else {}
    return Way(channel=channel, **{"name": str(NAMES.get(channel, channel)), **counts, **more})


def phone_of(settings: dict) -> str:
    """The number of a chat's settings as it is read; empty where there is none."""
    try:
        number = phonenumbers.parse(str(settings.get("phone") or ""))
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _dialled(number: str) -> str:
    return "tel:" + phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.E164)


def _mail_in_words(length: timedelta | None) -> str:
    if length is None:
        return _("We do not know just now how long it will take.")
    hours = max(1, math.ceil(length.total_seconds() / 3600))
    words = ngettext(
        "Half of all mails are answered within %(count)s hour of our working time.",
        "Half of all mails are answered within %(count)s hours of our working time.",
        hours,
    )
    return words % {"count": hours}


def _told(one: Advice) -> dict:
    way = one.offer
    return {
        "channel": way.channel,
        "name": way.name,
        "place": way.place,
        "href": way.href,
        "wait": way.wait,
        "open": way.opens_at is None,
        "opens_at": way.opens_at.isoformat() if way.opens_at not in (None, NEVER) else None,
        "solves": _solves_in_words(way),
        "reasons": list(dict.fromkeys(term.reason for term in one.terms if term.reason)),
    }


def _solves_in_words(way: Way) -> str:
    if way.contacts < LEAST_KNOWN:
        return ""
    of_ten = round(10 * way.solved / way.contacts)
    return ngettext("Solves %(count)s of 10 at once.", "Solves %(count)s of 10 at once.", of_ten) % {"count": of_ten}
