"""Which list a page shows, and what of it the browser has on its screen."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode

from ancora.cases.models import Case, SavedView
from ancora.cases.queries import QUEUES, SIZE, Page, queue, saved_view_for, saved_view_page
from ancora.desk.sidebar import LABELS, Sidebar, queue_url, sidebar

MOST_SEEN = 400
# The name of a list that somebody saved, in place of a queue's.
VIEW = "view"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A queue, of one team when `team_id` is set; or a list that somebody saved, then `name` is "view"."""

    name: str
    team_id: int | None = None
    view: SavedView | None = None

    @property
    def label(self) -> str:
        return self.view.label if self.view else str(LABELS[self.name])

    @property
    def url(self) -> str:
        return queue_url(self.name, **self._which)

    @property
    def news_url(self) -> str:
        return reverse("desk:news", args=[self.name]) + (f"?{urlencode(self._names)}" if self._names else "")

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
    return Shelf(name, _id(asked, "team"))


def shelf_page(viewer, shelf: Shelf, *, after: str | None = None) -> Page:
    """One page of its cases."""
    if shelf.view is not None:
        return saved_view_page(viewer, shelf.view, after=after)
    return queue(viewer, shelf.name, team_id=shelf.team_id, after=after)


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
    """A row as the browser shows it; `at` is the whole second of its last message."""

    version: int
    at: int


class Seen(dict[int, SeenRow]):
    """The rows on a screen by case id."""

    def fresh_in(self, page: Page) -> int:
        """How many cases of `page` are new; one that only moved up from behind the end of a full screen is not."""
        end = min(row.at for row in self.values()) if len(self) >= SIZE else 0
        return sum(case.pk not in self and case.last_message_at.timestamp() >= end for case in page.cases)

    def gone_from(self, page: Page) -> list[int]:
        """Ids of rows that left the list. A row below the end of `page` may still be in it: it stays."""
        here = {case.pk for case in page.cases}
        end = int(page.cases[-1].last_message_at.timestamp()) if page.next else -1
        return [pk for pk, row in self.items() if pk not in here and row.at > end]


def seen_from(text: str) -> Seen:
    """Reads `17.3.1764000000,18.…` (id, version, second of the last message); what cannot be read is left out."""
    seen = Seen()
    for item in text.split(",")[:MOST_SEEN]:
        pk, _, rest = item.partition(".")
        version, _, at = rest.partition(".")
        if pk.isdecimal() and version.isdecimal() and at.isdecimal():
            seen[int(pk)] = SeenRow(int(version), int(at))
    return seen
