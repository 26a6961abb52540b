"""What stands under the search field while somebody types: what they searched for, conditions and their values, tags,
customers, and the first cases that fit."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancora.cases.queries import cases_begun, tags
from ancora.cases.searches.recent import recent_searches
from ancora.customers.queries import find_customers
from ancora.desk.choices import Choice, Group, fits, fitting
from ancora.desk.commanding import LEAST_LETTERS, all_choice, case_choice
from ancora.desk.narrowing import NAMES, names_of_conditions, narrowed, quoted

MOST_RECENT, MOST_TAGS, MOST_CUSTOMERS, MOST_CASES = 5, 4, 4, 5
# The key of a line that is no place: search.js knows it.
FORGET = "forget"
RECENT, NARROW = _("Searched lately"), _("Narrow down")


def suggestions_for(viewer, words: str) -> list[Group]:
    """In groups, the empty ones left out; a constant number of queries."""
    typed, is_going_on = words, words.endswith(" ")
    words = " ".join(words.split())[:200]
    recent = [_again(one) for one in recent_searches(viewer) if fits(one, words) and one != words][:MOST_RECENT]
    if not words:
        recent += [Choice(str(_("Forget these searches")), "x", act=FORGET)] if recent else []
        return _filled(("recent", RECENT, recent), ("narrow", NARROW, names_of_conditions()))
    completed = [] if is_going_on else narrowed(viewer, words)
    if len(words) < LEAST_LETTERS or (completed and ":" in words.rpartition(" ")[2]):
        return _filled(("recent", RECENT, recent), ("narrow", NARROW, completed))
    found = [case_choice(case) for case in cases_begun(viewer, typed, most=MOST_CASES)]
    return _filled(
        ("recent", RECENT, recent),
        ("narrow", NARROW, completed),
        ("tags", _("Tags"), _tags(viewer, words)),
        ("customers", _("Customers"), _customers(viewer, words)),
        ("cases", _("Cases"), [*found, all_choice(words)] if found else []),
    )


def _filled(*groups: tuple) -> list[Group]:
    return [Group(*group) for group in groups if group[2]]


def _again(words: str) -> Choice:
    return Choice(words, "clock", f"{reverse('desk:search')}?{urlencode({'q': words})}")


def _tags(viewer, words: str) -> list[Choice]:
    """Those that the last word begins, as a condition in its place."""
    before, space, last = words.rpartition(" ")
    labels = tags(viewer).order_by("label").values_list("label", flat=True)
    known = fitting([Choice(label, "tag") for label in labels], last)[:MOST_TAGS]
    return [Choice(one.label, "tag", fill=f"{before}{space}{NAMES['tag'][0]}:{quoted(one.label)} ") for one in known]


def _customers(viewer, words: str) -> list[Choice]:
    """As the condition that it is theirs, in place of all that was typed."""
    found = []
    for one in find_customers(viewer, words, most=MOST_CUSTOMERS):
        handles = [handle.shown for handle in one.handles.all()[:2]]
        whom = one.name or next(iter(handles), "")
        if whom:
            found.append(Choice(whom, "user", fill=f"{NAMES['from'][0]}:{quoted(whom)} ", hint=", ".join(handles)))
    return found
