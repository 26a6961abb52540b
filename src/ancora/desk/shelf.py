"""Which list a page shows, and what of it the browser has on its screen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode

from ancora.cases.lists.queries import RowMark, ShapedPage, row_marks, rows_again, shape_of, shaped_page, still_fitting
from ancora.cases.lists.shapes import USUAL_SHAPE, Shape, shape_drawn
from ancora.cases.models import Case, SavedView
from ancora.cases.queries import QUEUES, SIZE, saved_view_for, view_condition
from ancora.cases.service_levels.reading import shown_version
from ancora.desk.lists.places import place_of
from ancora.desk.sidebar import LABELS, Sidebar, queue_url, sidebar
from ancora.parties.models import Team

MOST_SEEN = 400
# The name of a list that somebody saved, in place of a queue's.
VIEW = "view"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A queue, of one team when `team_id` is set; or a list that somebody saved, then `name` is "view". `shape`: as
    usual until `in_shape` asks for it."""

    name: str
    team_id: int | None = None
    team_name: str = ""
    view: SavedView | None = None
    shape: Shape = USUAL_SHAPE

    @property
    def label(self) -> str:
        return self.view.label if self.view else self.team_name or str(LABELS[self.name])

    @property
    def url(self) -> str:
        return queue_url(self.name, **self._which)

    @property
    def news_url(self) -> str:
        return reverse("desk:news", args=[self.name]) + (f"?{urlencode(self._names)}" if self._names else "")

    @property
    def shape_url(self) -> str:
        return reverse("desk:shape", args=[self.name]) + (f"?{urlencode(self._names)}" if self._names else "")

    @property
    def joint(self) -> str:
        """What stands between `url` and a further word of its query."""
        return "&" if self._names else "?"

    @property
    def query(self) -> str:
        """What a link to a case carries, so that the way back is known."""
        return urlencode({"queue": self.name} | self._names)

    @property
    def _which(self) -> dict[str, int]:
        return {name: pk for name, pk in (("team_id", self.team_id), ("view_id", self.view and self.view.pk)) if pk}

    @property
    def _names(self) -> dict[str, int]:
        return {name.removesuffix("_id"): pk for name, pk in self._which.items()}

    @property
    def is_removed(self) -> bool:
        return self.name in ("spam", "trash")


def read_shelf(viewer, name: str, asked: Mapping[str, str]) -> Shelf:
    """The list an address names, with `team` or `view` in its query; an unknown one, or not yours → 404."""
    if name == VIEW:
        return Shelf(VIEW, view=saved_view_for(viewer, _id(asked, "view") or 0))
    if name not in QUEUES:
        raise Http404("No such queue.")
    if not asked.get("team"):
        return Shelf(name)
    team = get_object_or_404(Team, pk=_id(asked, "team") or 0)
    return Shelf(name, team.pk, team.name)


def in_shape(viewer, shelf: Shelf) -> Shelf:
    """As the viewer chose to see it. One query."""
    return replace(shelf, shape=shape_of(viewer, shelf.name, shelf.view))


def as_drawn(viewer, shelf: Shelf, asked: Mapping[str, str]) -> Shelf:
    """In the shape in which the browser has it on its screen (`drawn` in the query), whatever was chosen since."""
    if "drawn" in asked:
        return replace(shelf, shape=shape_drawn(asked["drawn"]))
    return in_shape(viewer, shelf)


def shelf_page(viewer, shelf: Shelf, *, after: str | None = None) -> ShapedPage:
    """One page of its cases, in its shape."""
    return shaped_page(viewer, shelf.shape, after=after, **_which_cases(viewer, shelf))


def marks_of(viewer, shelf: Shelf) -> list[RowMark]:
    """What tells whether the rows of its first page are still right."""
    return row_marks(viewer, shelf.shape, **_which_cases(viewer, shelf))


def changed_rows(shelf: Shelf, marks: list[RowMark], seen: "Seen") -> list[Case]:
    """The cases that are not as the browser shows them."""
    ids = [one.pk for one in marks if one.pk in seen and seen[one.pk].version != shown_version(one)]
    return rows_again(ids, shelf.shape)


def still_on(viewer, shelf: Shelf, ids: Collection[int]) -> set[int]:
    """Which of these cases are in the list, on whatever page."""
    return still_fitting(viewer, ids, **_which_cases(viewer, shelf))


def _which_cases(viewer, shelf: Shelf) -> dict:
    if shelf.view is not None:
        return {"condition": view_condition(viewer, shelf.view)}
    return {"queue_name": shelf.name} | ({} if shelf.team_id is None else {"team": shelf.team_id})


def sidebar_with(viewer, shelf: Shelf) -> Sidebar:
    """The first pane with `shelf` as the open list."""
    return sidebar(viewer, shelf.name, shelf.team_id, shelf.view.pk if shelf.view else None)


def shelf_beside(case: Case, viewer, asked: Mapping[str, str]) -> Shelf:
    """The list shown beside a case: the one it was opened from (`queue` in the query), else the one it is most likely
    in."""
    try:
        return read_shelf(viewer, asked.get("queue", ""), asked)
    except Http404:
        return Shelf("mine" if case.owner_id == viewer.pk else "open")


def _id(asked: Mapping[str, str], name: str) -> int | None:
    text = asked.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A row as the browser shows it; `place`: where it stands in its order."""

    version: int
    place: int


class Seen(dict[int, SeenRow]):
    """The rows on a screen by case id, from top to bottom."""

    def fresh_in(self, rows: Sequence[Case | RowMark], shape: Shape = USUAL_SHAPE) -> int:
        """How many of the first `rows` are new; one that only moved up from behind the end of a full screen is not."""
        fresh = [number for number, row in enumerate(rows) if row.pk not in self]
        if len(self) < SIZE:
            return len(fresh)
        if shape.group:
            # Places in two groups do not compare: what stands above a row that was seen is new.
            last = max((number for number, row in enumerate(rows) if row.pk in self), default=SIZE)
            return sum(number < last for number in fresh)
        end = min(row.place for row in self.values())
        return sum(place_of(rows[number], shape) >= end for number in fresh)

    def missing_in(self, rows: Sequence[Case | RowMark]) -> list[int]:
        """Ids of those that are not among the first `rows`: they left the list, or stand further down."""
        here = {row.pk for row in rows}
        return [pk for pk in self if pk not in here]


def ids_from(text: str) -> set[int]:
    """Reads `17,18,…`; what cannot be read is left out."""
    return {int(item) for item in text.split(",")[:MOST_SEEN] if item.isdecimal()}


def seen_from(text: str) -> Seen:
    """Reads `17.3.1764000000,18.…` (id, version, place); what cannot be read is left out."""
    seen = Seen()
    for item in text.split(",")[:MOST_SEEN]:
        pk, _, rest = item.partition(".")
        version, _, place = rest.partition(".")
        if pk.isdecimal() and version.isdecimal() and place.isdecimal():
            seen[int(pk)] = SeenRow(int(version), int(place))
    return seen
