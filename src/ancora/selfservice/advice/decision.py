"""Which channels fit a matter, best first, and why. Pure: no Django, no database.

A channel's fit is a sum whose terms are the reasons that people read:

- *solved*: how often it solves such a matter at once, log of the posterior mean of a Beta: its prior, worth
  `PRIOR_WEIGHT` contacts, follows the AMEX/ECHO table of preferred channels, its data are our own counts. What people
  choose is not counted: they choose what they are advised, and advice would learn only itself;
- *wait*: minus the expected wait, measured in how long one waits for something as urgent;
- *rules*: what the rules say about a matter of this kind.

It is advice: every channel is in the answer, also the one that fits least and the one that is closed now.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# Contacts that the prior is worth, and how often the channel that it prefers is taken to solve a matter.
PRIOR_WEIGHT = 20
PRIOR_BEST = 0.8
# What a channel of which the survey does not tell is taken to be chosen with.
LEAST_SHARE = 0.03


class Complexity(StrEnum):
    SIMPLE = "simple"
    COMPLEX = "complex"
    DIFFICULT = "difficult"


class Sensitivity(StrEnum):
    """What may be spoken of: nothing personal, personal data, or what only the person may know."""

    PUBLIC = "public"
    PERSONAL = "personal"
    SECRET = "secret"  # noqa: S105


class Urgency(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


# Share of people who prefer a channel, by how difficult their matter is: the survey of American Express and Echo on
# customer service. Its web and e-mail are one, and not told for what is difficult; the rest went elsewhere.
PRIOR: Mapping[Complexity, Mapping[str, float]] = {
    Complexity.SIMPLE: {"web": 0.38, "phone": 0.16, "visit": 0.11, "social": 0.07},
    Complexity.COMPLEX: {"web": 0.15, "phone": 0.38, "visit": 0.24, "social": 0.03},
    Complexity.DIFFICULT: {"phone": 0.46, "visit": 0.30, "social": 0.03},
}
# Ours that the survey counts as the web: they share its part evenly.
WEB = frozenset(("email", "chat", "form"))
# Seconds one waits for something as urgent before another way is better.
PATIENCE = {Urgency.LOW: 86_400.0, Urgency.NORMAL: 14_400.0, Urgency.HIGH: 600.0}


@dataclass(frozen=True, slots=True)
class Matter:
    complexity: Complexity = Complexity.SIMPLE
    sensitivity: Sensitivity = Sensitivity.PUBLIC
    urgency: Urgency = Urgency.NORMAL


@dataclass(frozen=True, slots=True)
class Offer:
    """A channel as it is now. wait_seconds: until an answer, None where it is not known · opens_at: when it is closed
    now · contacts, solved: matters as difficult that came by it, and those of them that needed no further one."""

    channel: str
    wait_seconds: float | None = None
    opens_at: datetime | None = None
    contacts: int = 0
    solved: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """`points` for a channel (negative: against it) when the matter is of these kinds; an empty one is any. `reason` is
    the sentence that the person reads."""

    channel: str
    points: float
    reason: str = ""
    complexity: str = ""
    sensitivity: str = ""
    urgency: str = ""

    def holds_for(self, matter: Matter) -> bool:
        mine = (self.complexity, self.sensitivity, self.urgency)
        theirs = (matter.complexity, matter.sensitivity, matter.urgency)
        return all(one in ("", other) for one, other in zip(mine, theirs, strict=True))


@dataclass(frozen=True, slots=True)
class Term:
    """Part of a fit: its name (solved, wait, rule), what it adds, and a rule's sentence."""

    name: str
    adds: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    offer: Offer
    terms: tuple[Term, ...]

    @property
    def channel(self) -> str:
        return self.offer.channel

    @property
    def fit(self) -> float:
        return math.fsum(term.adds for term in self.terms)


def advise(matter: Matter, offers: Iterable[Offer], rules: Sequence[Rule]) -> list[Advice]:
    """Every offered channel once, the best fit first, those that are closed now last."""
    every = list(offers)
    priors = prior_of(matter.complexity, [offer.channel for offer in every])
    found = [Advice(offer, tuple(_terms(matter, offer, rules, priors[offer.channel]))) for offer in every]
    return sorted(found, key=lambda one: (one.offer.opens_at is not None, -one.fit, one.channel))


def prior_of(complexity: Complexity, channels: Sequence[str]) -> dict[str, float]:
    """How often each of these channels is taken to solve a matter before anything is counted."""
    known, web = PRIOR[complexity], sum(channel in WEB for channel in channels)
    found = {
        channel: max(known.get("web", 0) / web if channel in WEB else known.get(channel, 0), LEAST_SHARE)
        for channel in channels
    }
    best = max(found.values(), default=1)
    return {channel: PRIOR_BEST * share / best for channel, share in found.items()}


def _terms(matter: Matter, offer: Offer, rules: Sequence[Rule], prior: float) -> Iterable[Term]:
    solved = (PRIOR_WEIGHT * prior + offer.solved) / (PRIOR_WEIGHT + offer.contacts)
    yield Term("solved", math.log(solved))
    if offer.wait_seconds is not None:
        yield Term("wait", -offer.wait_seconds / PATIENCE[matter.urgency])
    for rule in rules:
        if rule.channel == offer.channel and rule.holds_for(matter):
            yield Term("rule", rule.points, rule.reason)
