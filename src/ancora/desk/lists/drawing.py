"""Rows of a table, and the headings of groups, as HTML."""

from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from ancora.cases.lists.headings import Heading
from ancora.cases.lists.shapes import ASCENDING, COLUMNS, ORDERS_OF, Shape
from ancora.cases.models import Case, Priority, Status
from ancora.cases.service_levels.reading import shown_version
from ancora.desk.clocks import soonest_of
from ancora.desk.drawing import WEIGHTS, Rows
from ancora.desk.lists.places import place_of
from ancora.desk.sizes import capped
from ancora.platform.ui.templatetags.ui import when


class TableRows(Rows):
    """Draws a case as a row of cells; empty ones stay empty."""

    def __init__(self, query: str, shape: Shape, **given):
        super().__init__(query, **given)
        self._shape = shape
        self._cells = [(f"c-{name}", getattr(self, f"_{name}")) for name in shape.columns]

    def draw(self, case: Case, excerpt: str = "") -> str:
        cells = "".join(
            f'<th scope="row" class="{name}">{cell(case)}</th>'
            if name == "c-subject"
            else f'<td class="{name}">{cell(case)}</td>'
            for name, cell in self._cells
        )
        box = f'<td class="c-pick">{self._box(case)}</td>' if self._pick else ""
        seen = f"{case.pk}.{shown_version(case)}.{place_of(case, self._shape)}"
        return f'<tr id="case-{case.pk}" data-seen="{seen}"{self._swap}>{box}{cells}</tr>\n'

    def _subject(self, case: Case) -> str:
        marks = (self._example if case.is_example else "") + (self._draft if case.pk in self._drafted else "")
        subject = escape(case.subject or self._no_subject)
        number, excerpt = case.reference, escape(case.excerpt)
        return (
            f'<span class="line"><a class="row" id="row-{number}" href="/cases/{number}/{self._query}">'
            f'<span class="subject" dir="auto">{subject}</span></a>{marks}'
            f'<span class="excerpt" dir="auto">{excerpt}</span></span>'
        )

    @staticmethod
    def _number(case: Case) -> str:
        return f'<span class="num">#{case.reference}</span>'

    @staticmethod
    def _customer(case: Case) -> str:
        return _cut(case.customer.name)

    def _priority(self, case: Case) -> str:
        if case.priority == Priority.NORMAL:
            return ""
        return f'<span class="tag{WEIGHTS[case.priority]}">{self._priorities[case.priority]}</span>'

    def _status(self, case: Case) -> str:
        return escape(self._statuses[case.status])

    def _waiting(self, case: Case) -> str:
        if case.status != Status.WAITING:
            return ""
        until = f" · {when(case.waits_until)}" if case.waits_until else ""
        return f"{escape(self._whom[case.waiting_on])}{until}"

    @staticmethod
    def _team(case: Case) -> str:
        return _cut(case.team.name) if case.team else ""

    @staticmethod
    def _owner(case: Case) -> str:
        return _cut(case.owner.name) if case.owner else ""

    @staticmethod
    def _due(case: Case) -> str:
        return soonest_of(case)

    @staticmethod
    def _tasks(case: Case) -> str:
        return f'<span class="num">{case.open_tasks}</span>' if case.open_tasks else ""

    @staticmethod
    def _opened(case: Case) -> str:
        return when(case.opened_at)

    @staticmethod
    def _last(case: Case) -> str:
        return when(case.last_message_at)


def _cut(text: str) -> str:
    safe = escape(text)
    return f'<span class="cut" title="{safe}"><bdi>{safe}</bdi></span>'


def shaped_rows(
    cases: list[Case], query: str, shape: Shape, *, headings: dict[int, Heading], is_update: bool = False, **given
) -> SafeString:
    """Rows of a list in its shape, a heading over the first of each group; `is_update` makes each replace the one on
    the screen."""
    if shape.is_table:
        drawer = TableRows(query, shape, is_update=is_update, **given)
        width = len(shape.columns) + (1 if given.get("picks") else 0)
        over = '<tr class="group"><th colspan="{}" scope="rowgroup">{}</th></tr>\n'
        heads = {pk: over.format(width, _words(one)) for pk, one in headings.items()}
    else:
        drawer = Rows(query, is_update=is_update, place=lambda case: place_of(case, shape), **given)
        heads = {pk: f'<li class="group"><h3>{_words(one)}</h3></li>\n' for pk, one in headings.items()}
    return mark_safe("".join(heads.get(case.pk, "") + drawer.draw(case) for case in cases))  # noqa: S308


def _words(heading: Heading) -> str:
    label, count = escape(heading.label), capped(heading.count)
    return f'<span class="words"><bdi>{label}</bdi> <span class="num">{count}</span></span>'


@dataclass(frozen=True, slots=True)
class Head:
    """order: what a click on it makes, where it orders · sorted: as aria-sort says it, where it does now."""

    id: str
    label: str
    order: str
    sorted: str


def heads_of(shape: Shape) -> list[Head]:
    """The heads of the columns."""
    return [Head(name, COLUMNS[name], _order_of(shape, name), _sorted(shape, name)) for name in shape.columns]


def _order_of(shape: Shape, name: str) -> str:
    return shape.ordered_by(name).order if name in ORDERS_OF else ""


def _sorted(shape: Shape, name: str) -> str:
    if shape.order not in ORDERS_OF.get(name, ()):
        return ""
    return "ascending" if shape.order in ASCENDING else "descending"
