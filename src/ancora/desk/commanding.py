"""The command bar: cases, customers, places and what can be done here, by a few letters."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancora.cases.queries import QUEUES, cases_begun
from ancora.customers.queries import find_customers
from ancora.desk.choices import Choice, Group, fitting
from ancora.desk.narrowing import narrowed
from ancora.desk.sidebar import KEYS, LABELS, TASKS_KEY, queue_url

MOST_FOUND = 5
# Shorter words fit half of everything.
LEAST_LETTERS = 2


# label, icon, key; for observers only what they may do.
_ON_A_CASE = (
    (_("Write a reply"), "reply", "r"),
    (_("Write a note"), "note", "n"),
    (_("Forward the last message"), "forward", "f"),
    (_("Status: resolve, wait, close"), "check", "e"),
    (_("Wait until a moment, or until the customer writes"), "clock", "z"),
    (_("Owner"), "user", "a"),
    (_("Team"), "users", "t"),
    (_("Priority"), "flag", "p"),
    (_("Tags"), "tag", "l"),
    (_("Merge with another case"), "merge", "m"),
    (_("Split messages off"), "split", "s"),
    (_("New task"), "list", "d"),
    (_("Follow the case, and who follows it"), "bell", "w"),
    (_("Copy the number"), "copy", "."),
)
_OF_OBSERVERS = ("n", "w", ".")


def choices_for(viewer, words: str, *, reference: int | None = None, settings=()) -> list[Group]:
    """What fits `words`, in groups, the empty ones left out. `reference`: the case on the screen; `settings`: the
    settings' pages that the viewer sees."""
    words = " ".join(words.split())[:100]
    has_words = len(words) >= LEAST_LETTERS
    cases = [case_choice(case) for case in cases_begun(viewer, words, most=MOST_FOUND)] if has_words else []
    cases += [all_choice(words)] if cases else []
    people = [_of_customer(one) for one in find_customers(viewer, words, most=MOST_FOUND)] if has_words else []
    here = fitting(_on_a_case(viewer, reference), words) if reference else []
    places = fitting(_places(viewer), words)
    pages = fitting([Choice(str(one.label), one.icon, one.url) for one in settings], words) if words else []
    groups = [
        Group("here", _("On this case"), here),
        Group("narrow", _("Narrow down"), narrowed(viewer, words)),
        Group("cases", _("Cases"), cases),
        Group("customers", _("Customers"), people),
        Group("places", _("Go to"), places),
        Group("settings", _("Settings"), pages),
    ]
    return [group for group in groups if group.choices]


def _on_a_case(viewer, reference: int) -> list[Choice]:
    found = [
        Choice(str(label), icon, act=key, keys=key)
        for label, icon, key in _ON_A_CASE
        if viewer.is_agent or key in _OF_OBSERVERS
    ]
    if viewer.is_agent:
        problem = reverse("desk:problem", args=[reference])
        found.append(Choice(str(_("Belongs to problem …; one problem, many cases")), "problem", problem))
        found.append(Choice(str(_("Change the customer")), "user", reverse("desk:case_customer", args=[reference])))
    return found


def _places(viewer) -> list[Choice]:
    found = [
        Choice(str(LABELS[name]), "inbox", queue_url(name), keys=f"g {KEYS[name]}" if name in KEYS else "")
        for name in QUEUES
    ]
    found.append(Choice(str(_("My tasks")), "list", reverse("desk:my_tasks"), keys=f"g {TASKS_KEY}"))
    found.append(Choice(str(_("The team's load")), "users", reverse("desk:team"), keys="g l" if viewer.is_lead else ""))
    found.append(Choice(str(_("Drafts")), "edit", reverse("desk:drafts")))
    if viewer.is_agent:
        found.append(Choice(str(_("Take the next one")), "play", act="q", keys="q"))
        found.append(Choice(str(_("Available or away")), "moon", reverse("desk:availability")))
        found.append(Choice(str(_("New mail or case")), "plus", reverse("desk:new")))
        found.append(Choice(str(_("Changes of many cases")), "list", reverse("desk:bulk")))
    found.append(Choice(str(_("Notifications")), "bell", reverse("desk:notifications"), keys="b"))
    return [*found, Choice(str(_("Keyboard")), "keyboard", act="?", keys="?")]


def case_choice(case) -> Choice:
    url = reverse("desk:case", args=[case.reference])
    return Choice(case.subject or str(_("(no subject)")), "mail", url, hint=f"#{case.reference} · {case.customer.name}")


def all_choice(words: str) -> Choice:
    url = f"{reverse('desk:search')}?{urlencode({'q': words})}"
    return Choice(str(_("All that fit")), "search", url)


def _of_customer(customer) -> Choice:
    handles = ", ".join(one.shown for one in customer.handles.all()[:2])
    return Choice(
        customer.name or str(_("Unknown")), "user", reverse("desk:customer", args=[customer.pk]), hint=handles
    )
