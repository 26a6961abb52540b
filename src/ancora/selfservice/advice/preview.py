"""What the rules come to: for every kind of matter, in which order the channels are advised."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ancora.selfservice.advice.channels import LABELS
from ancora.selfservice.advice.counting import solved_counts
from ancora.selfservice.advice.decision import Complexity, Matter, Offer, Sensitivity, Urgency, advise
from ancora.selfservice.advice.models import Complex
from ancora.selfservice.advice.rules import as_rule
from ancora.selfservice.models import AdviceRule

CHANNELS = ("chat", "email", "phone")


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of matter in words, and the channels for it, best first."""

    matter: str
    channels: list[str]


def preview(rows: Iterable[AdviceRule]) -> list[Row]:
    """By the same `advise` that customers meet, with what was counted and without the waits of a moment."""
    used, counts = [row for row in rows if row.is_active], solved_counts()
    rules = [as_rule(row, get_language()) for row in used]
    channels = dict.fromkeys((*CHANNELS, *(row.channel for row in used)))
    offers = [Offer(one, contacts=counts[one].contacts, solved=counts[one].solved) for one in channels]
    return [
        Row(_in_words(matter), [str(LABELS.get(one.channel, one.channel)) for one in advise(matter, offers, rules)])
        for matter in _matters()
    ]


def _matters() -> Iterable[Matter]:
    for complexity in Complexity:
        for sensitivity in (Sensitivity.PUBLIC, Sensitivity.PERSONAL):
            for urgency in (Urgency.NORMAL, Urgency.HIGH):
                yield Matter(complexity, sensitivity, urgency)


def _in_words(matter: Matter) -> str:
    parts = [str(Complex(matter.complexity).label)]
    if matter.sensitivity == Sensitivity.PERSONAL:
        parts.append(_("with personal data"))
    if matter.urgency == Urgency.HIGH:
        parts.append(_("urgent"))
    return ", ".join(parts)
