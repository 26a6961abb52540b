"""Who else has a case on the screen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Now

from ancora.cases.models import Case, Presence, PresenceState
from ancora.cases.queries.cases import visible_cases
from ancora.platform.accounts.models import User

# A browser says every 15 seconds that it is there, and every 60 when nobody looks: browsers let hidden pages sleep.
GONE_AFTER = timedelta(seconds=40)
AWAY_GONE_AFTER = timedelta(seconds=150)
# Of several tabs the liveliest counts.
_LIVELIEST = (PresenceState.WRITING, PresenceState.VIEWING, PresenceState.AWAY)
MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Colleague:
    """Another person who has the case on the screen: writing, viewing or away, since when."""

    user: User
    state: str
    since: datetime


def gone() -> Q:
    """Of whom too long nothing was heard."""
    return Q(seen_at__lte=Now() - AWAY_GONE_AFTER) | Q(seen_at__lte=Now() - GONE_AFTER) & ~Q(state="away")


def colleagues_on(viewer, case: Case) -> list[Colleague]:
    """The others who have the case on the screen, whoever came first first; each once, however many tabs."""
    return _merged(_present(viewer).filter(case=case))


def attended(viewer, case_ids: Iterable[int]) -> dict[int, list[Colleague]]:
    """By id of those of the cases that the viewer sees: who has them on the screen and is not away."""
    wanted = list(case_ids)[:MOST_ROWS]
    found = _present(viewer).filter(case__in=visible_cases(viewer).filter(pk__in=wanted)).exclude(state="away")
    by_case: dict[int, list[Presence]] = {}
    for one in found:
        by_case.setdefault(one.case_id, []).append(one)
    return {pk: _merged(together) for pk, together in by_case.items()}


def _present(viewer):
    found = Presence.objects.exclude(gone()).exclude(user=viewer).filter(user__is_active=True)
    return found.select_related("user").order_by("since", "user_id")


def _merged(found: Iterable[Presence]) -> list[Colleague]:
    merged: dict[int, Colleague] = {}
    for one in found:
        known = merged.setdefault(one.user_id, Colleague(one.user, one.state, one.since))
        livelier = min(known.state, one.state, key=_LIVELIEST.index)
        merged[one.user_id] = Colleague(known.user, livelier, known.since)
    return list(merged.values())
