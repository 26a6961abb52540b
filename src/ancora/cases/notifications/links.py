"""Where mails and pushes lead: said by the surface that shows cases, which this package does not know."""

from django.urls import reverse

from ancora.cases.notifications.models import Notification

_shown_by: dict[str, str] = {}


def shown_by(*, case: str, task: str, choices: str) -> None:
    """A surface says by which addresses it shows a case, by its number, a task, and how a person wants to be told.
    Called in an app's `ready()`."""
    _shown_by.update(case=case, task=task, choices=choices)


def place_of(told: Notification) -> tuple[str, int]:
    """What it leads to, as the functions below take it."""
    return ("task", told.task_id) if told.task_id else ("case", told.case.reference)


def path_to(what: str, *arguments) -> str:
    """The address on this installation; that of its first page where nothing shows it."""
    return reverse(_shown_by[what], args=arguments) if what in _shown_by else "/"


def link_to(public: str, what: str, *arguments) -> str:
    """A line with the address; empty where nothing shows it or nobody said where people reach us."""
    return f"\n{public}{reverse(_shown_by[what], args=arguments)}" if public and what in _shown_by else ""
