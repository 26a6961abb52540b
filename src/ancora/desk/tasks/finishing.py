"""A case that still has open tasks is resolved only by one more click."""

from django.utils.translation import ngettext

from ancora.cases.models import Case
from ancora.cases.tasks.queries import open_tasks_of
from ancora.platform.errors import Refusal


class Unfinished(Refusal):
    """`choice`: what the status menu sent, to be sent again by who means it."""

    def __init__(self, case: Case, choice: str):
        count = len(open_tasks_of(case))
        super().__init__(
            ngettext("%(count)d task of this case is open.", "%(count)d tasks of this case are open.", count)
            % {"count": count}
        )
        self.choice = choice


def require_finished(case: Case, choice: str) -> None:
    """`Unfinished` when tasks of the case are open."""
    if open_tasks_of(case):
        raise Unfinished(case, choice)
