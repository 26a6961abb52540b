"""The queues as the first pane shows them."""

import functools
from dataclasses import dataclass
from html import escape
from zlib import crc32

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancora.cases.queries import QUEUES, queue_counts, saved_view_counts, saved_views
from ancora.cases.tasks.queries import MOST_TASKS
from ancora.desk.sizes import capped
from ancora.parties.queries import active_team_names

LABELS = {
    "mine": pgettext_lazy("queue", "Mine"),
    "unassigned": pgettext_lazy("queue", "Unassigned"),
    "teams": pgettext_lazy("queue", "My teams"),
    "waiting": pgettext_lazy("queue", "Waiting"),
    "open": pgettext_lazy("queue", "All open"),
    "resolved": pgettext_lazy("queue", "Resolved"),
    "spam": _("Spam"),
    "trash": _("Trash"),
}
# Letters after `g`; the screen's keyboard module reads them from the links.
KEYS = {"mine": "m", "unassigned": "u", "teams": "t", "waiting": "w", "open": "o", "resolved": "r"}
TASKS_KEY = "d"


@dataclass(frozen=True, slots=True)
class QueueLink:
    """One line of the first pane. `count` is capped at 1,000."""

    id: str
    label: str
    url: str
    count: int
    key: str
    is_current: bool


def lines(links: list[QueueLink]) -> SafeString:
    """They as items of a list: in Python, for the reason that `drawing` gives."""
    return SafeString("".join(_line(link) for link in links))


def _line(link: QueueLink) -> str:
    label = escape(link.label)
    told = (' aria-current="page"' if link.is_current else "") + (f' data-key="{link.key}"' if link.key else "")
    return (
        f'<li><a href="{escape(link.url)}" title="{label}"{told}>'
        f'<span class="label">{label}</span><span class="num">{capped(link.count)}</span></a></li>'
    )


@dataclass(frozen=True, slots=True)
class Sidebar:
    """queues: the work · views: lists that people saved · teams: open cases of each team · removed: spam and trash."""

    queues: list[QueueLink]
    views: list[QueueLink]
    teams: list[QueueLink]
    removed: list[QueueLink]

    @property
    def mark(self) -> str:
        """Another one when any line is not as it was."""
        return f"{crc32(repr((self.queues, self.views, self.teams, self.removed)).encode()):x}"


def sidebar(viewer, current: str = "", team_id: int | None = None, view_id: int | None = None) -> Sidebar:
    """All queues with their counts; `current` names the open one. The number of queries is constant."""
    used = active_team_names(viewer)
    counts = queue_counts(viewer, list(used), most_tasks=MOST_TASKS)
    links = [
        QueueLink(
            name,
            str(LABELS[name]),
            queue_url(name),
            counts[name],
            KEYS.get(name, ""),
            name == current and team_id is None,
        )
        for name in QUEUES
    ]
    tasks = (str(_("My tasks")), reverse("desk:my_tasks"), counts["tasks"], TASKS_KEY, current == "tasks")
    links.insert(QUEUES.index("waiting"), QueueLink("tasks", *tasks))
    teams = [
        QueueLink(f"team-{pk}", name, queue_url("open", pk), counts.get(f"team-{pk}", 0), "", pk == team_id)
        for pk, name in used.items()
    ]
    views = saved_views(viewer)
    held = saved_view_counts(viewer, views)
    saved = [
        QueueLink(f"view-{one.pk}", one.label, queue_url("view", view_id=one.pk), held[one.pk], "", one.pk == view_id)
        for one in views
    ]
    removed = [link for link in links if link.id in ("spam", "trash")]
    return Sidebar([link for link in links if link not in removed], saved, teams, removed)


@functools.lru_cache(maxsize=256)
def queue_url(name: str, team_id: int | None = None, view_id: int | None = None) -> str:
    """The address of a queue, of one team when `team_id` is set; or of a saved list."""
    words = {word: pk for word, pk in (("team", team_id), ("view", view_id)) if pk}
    return reverse("desk:queue", args=[name]) + ("?" + urlencode(words) if words else "")
