"""The clocks of a case as screens show them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.cases.models import Case
from ancora.cases.service_levels.clocks import Clock, Kind
from ancora.platform import clock
from ancora.platform.ui.dates import spoken

LABELS = {
    Kind.FIRST_RESPONSE: gettext_lazy("First answer"),
    Kind.NEXT_RESPONSE: gettext_lazy("Next answer"),
    Kind.RESOLUTION: gettext_lazy("Resolution"),
}


@dataclass(frozen=True, slots=True)
class Hand:
    """One clock. `due_at`: while it runs · `paused_since`: while it stands still, because we wait for the customer ·
    `paused`: how long it stood still before."""

    kind: Kind
    due_at: datetime | None
    warns_at: datetime | None
    paused_since: datetime | None
    paused: timedelta

    @property
    def label(self) -> str:
        return str(LABELS[self.kind])

    @property
    def state(self) -> str:
        """paused, late, near, or calm."""
        now = clock.now()
        if self.paused_since:
            return "paused"
        if self.due_at and self.due_at <= now:
            return "late"
        return "near" if self.warns_at and self.warns_at <= now else "calm"

    @property
    def stood_still(self) -> timedelta:
        """In all, up to now."""
        return self.paused + (clock.now() - self.paused_since if self.paused_since else timedelta())


def hands_of(case: Case) -> list[Hand]:
    """The clocks that run or stand still, the soonest first; none where nothing was promised."""
    row = getattr(case, "clocks", None)
    found = [_hand(one) for one in row.hands] if row else []
    return sorted(found, key=lambda one: (one.due_at is None, one.due_at))


def told_in_words(attrs: dict, *, is_warning: bool) -> str:
    """What an event of a clock says in the timeline."""
    words = _("%(clock)s due soon: %(moment)s") if is_warning else _("%(clock)s not in time: it was due %(moment)s")
    moment = spoken(datetime.fromisoformat(attrs["due_at"]), "j F Y, H:i")
    return words % {"clock": LABELS[Kind(attrs["clock"])], "moment": moment}


def shown_version(case: Case) -> int:
    """Rises with every change that a row of a list shows."""
    row = getattr(case, "clocks", None)
    return case.version + (row.revision if row else 0)


def hand_of(one: Clock) -> dict:
    """As the row keeps it."""
    return {
        "kind": str(one.kind),
        "started": one.started_at.isoformat(),
        "due": _written(one.due_at),
        "warns": _written(one.warns_at),
        "paused_since": _written(one.paused_since),
        "paused": round(one.paused.total_seconds()),
    }


def moment_in(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _hand(kept: dict) -> Hand:
    return Hand(
        Kind(kept["kind"]),
        *(moment_in(kept[name]) for name in ("due", "warns", "paused_since")),
        timedelta(seconds=kept["paused"]),
    )


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
