"""What a shape can be. Pure: nothing here knows the database."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

CARDS, TABLE = "cards", "table"
LAYOUTS = {CARDS: _("cards"), TABLE: _("table")}
LATEST, QUIET, NEWEST, OLDEST, PRIORITY, DUE = "latest", "quiet", "newest", "oldest", "priority", "due"
ORDERS = {
    LATEST: _("last message, latest first"),
    QUIET: _("last message, longest ago first"),
    NEWEST: _("opened, newest first"),
    OLDEST: _("opened, oldest first"),
    PRIORITY: _("priority, most urgent first"),
    DUE: _("due soonest first"),
}
_IN_SHORT = {
    LATEST: _("latest first"),
    QUIET: _("quiet longest"),
    NEWEST: _("newest first"),
    OLDEST: _("oldest first"),
    PRIORITY: _("most urgent"),
    DUE: _("due soonest"),
}
GROUPS = {
    "": _("nothing"),
    "owner": _("owner"),
    "team": _("team"),
    "status": _("status"),
    "priority": _("priority"),
    "customer": _("customer"),
    "waiting": _("whom it waits for"),
    "day": _("day"),
}
# What is done grows without end: in this list only days, which follow from its order, are groups.
ENDLESS = "resolved"
SUBJECT = "subject"
COLUMNS = {
    SUBJECT: _("Subject"),
    "number": _("Number"),
    "customer": _("Customer"),
    "tags": _("Tags"),
    "priority": _("Priority"),
    "status": _("Status"),
    "waiting": _("Waits for"),
    "team": _("Team"),
    "owner": _("Owner"),
    "due": pgettext_lazy("column", "Due"),
    "tasks": pgettext_lazy("column", "Tasks"),
    "opened": pgettext_lazy("column", "Opened"),
    "last": _("Last message"),
}
# The orders that a column offers in its head: the first one, then the other way round.
ORDERS_OF = {"last": (LATEST, QUIET), "opened": (NEWEST, OLDEST), "priority": (PRIORITY,), "due": (DUE,)}
ASCENDING = (QUIET, OLDEST, DUE)
USUAL = ("customer", SUBJECT, "tags", "priority", "due", "owner", "last")


@dataclass(frozen=True, slots=True)
class Shape:
    """columns: from left to right, the subject always among them."""

    layout: str = CARDS
    order: str = LATEST
    group: str = ""
    columns: tuple[str, ...] = USUAL

    @property
    def is_table(self) -> bool:
        return self.layout == TABLE

    @property
    def in_short(self) -> str:
        """The order in two words."""
        return str(_IN_SHORT[self.order])

    @property
    def drawn(self) -> str:
        """As a page names the shape in which it was drawn; `shape_drawn` reads it."""
        return ".".join((self.layout, self.order, self.group, *self.columns))

    def kept(self) -> dict:
        """As a row keeps it; `shape_from` reads it."""
        return {**asdict(self), "columns": list(self.columns)}

    def ordered_by(self, column: str) -> "Shape":
        """As a click on the head of a column makes it: by that column, or the other way round when it is already."""
        orders = ORDERS_OF.get(column, ())
        later = orders[orders.index(self.order) + 1 :] if self.order in orders else ()
        return replace(self, order=(later or orders or (self.order,))[0])

    def moved(self, column: str, by: int) -> "Shape":
        """With a column so many places further to the right; at the end it stays."""
        if column not in self.columns:
            return self
        others = [one for one in self.columns if one != column]
        at = max(0, min(len(others), self.columns.index(column) + by))
        return replace(self, columns=(*others[:at], column, *others[at:]))


USUAL_SHAPE = Shape()


def shape_from(kept: Mapping) -> Shape:
    """What was kept; what is unknown by now is as usual."""
    usual = USUAL_SHAPE
    return Shape(
        _known(kept.get("layout"), LAYOUTS, usual.layout),
        _known(kept.get("order"), ORDERS, usual.order),
        _known(kept.get("group"), GROUPS, usual.group),
        columns_in(kept.get("columns")),
    )


def shape_drawn(words: str) -> Shape:
    """What `drawn` said."""
    layout, order, group, *columns = f"{words}...".split(".")
    return shape_from({"layout": layout, "order": order, "group": group, "columns": columns})


def columns_in(given) -> tuple[str, ...]:
    """Known columns, each once, the subject in front where it is missing; the usual ones for none."""
    known = dict.fromkeys(one for one in given if one in COLUMNS) if isinstance(given, list | tuple) else {}
    if not known:
        return USUAL
    return tuple(known) if SUBJECT in known else (SUBJECT, *known)


def groups_in(list_name: str) -> dict:
    """The groups that a list can have, with their words."""
    return {name: words for name, words in GROUPS.items() if list_name != ENDLESS or name in ("", "day")}


def _known(value, among: Mapping, otherwise: str) -> str:
    return value if isinstance(value, str) and value in among else otherwise
