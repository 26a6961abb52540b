"""Which list a page shows, and what of it the browser has on its screen."""

from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode

from ancora.cases.models import Case
from ancora.cases.queries import QUEUES, Page
from ancora.desk.sidebar import LABELS, queue_url

MOST_SEEN = 400


@dataclass(frozen=True, slots=True)
class Shelf:
    """A queue, of one team when `team_id` is set."""

    name: str
    team_id: int | None = None

    @property
    def label(self) -> str:
        return str(LABELS[self.name])

    @property
    def url(self) -> str:
        return queue_url(self.name, self.team_id)

    @property
    def news_url(self) -> str:
        return reverse("desk:news", args=[self.name]) + (f"?team={self.team_id}" if self.team_id else "")

    @property
    def query(self) -> str:
        """What a link to a case carries, so that the way back is known."""
        return urlencode({"queue": self.name} | ({"team": self.team_id} if self.team_id else {}))

    @property
    def is_removed(self) -> bool:
        return self.name in ("spam", "trash")


def read_shelf(name: str, team: str | None) -> Shelf:
    """The list an address names; an unknown one → 404."""
    if name not in QUEUES:
        raise Http404("No such queue.")
    return Shelf(name, int(team) if team and team.isdecimal() and len(team) < 10 else None)


def shelf_beside(case: Case, viewer, name: str, team: str | None) -> Shelf:
    """The list shown beside a case: the one it was opened from, else the one it is most likely in."""
    if name in QUEUES:
        return read_shelf(name, team)
    return Shelf("mine" if case.owner_id == viewer.pk else "open")


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A row as the browser shows it; `at` is the whole second of its last message."""

    version: int
    at: int


class Seen(dict[int, SeenRow]):
    """The rows on a screen by case id."""

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
