"""A case that still has open tasks is resolved only by one more click."""

from collections.abc import Iterable

from django.utils.translation import ngettext

from ancora.cases.macros.changes import Change
from ancora.cases.models import Case
from ancora.cases.tasks.queries import open_tasks_of
from ancora.platform.errors import Refusal


class Unfinished(Refusal):
    """`choice`: what the status menu sent, to be sent again by who means it; or to `page`, with its `form_key`, if it
    was not that menu."""

    def __init__(self, case: Case, choice: str, *, page: str = "", form_key: str = ""):
        count = len(open_tasks_of(case))
        super().__init__(
            ngettext("%(count)d task of this case is open.", "%(count)d tasks of this case are open.", count)
            % {"count": count}
        )
        self.choice, self.page, self.form_key = choice, page, form_key


def require_finished(case: Case, choice: str, **again) -> None:
    """`Unfinished` when tasks of the case are open."""
    if open_tasks_of(case):
        raise Unfinished(case, choice, **again)


def resolves(changes: Iterable[Change]) -> bool:
    """Whether changes of a macro end the case."""
    return any(one.kind in ("resolved", "closed") for one in changes)


def without_resolving(case: Case, changes: list[Change]) -> list[Change]:
    """Those that are made together with sending: while tasks are open, the case is not resolved by the way."""
    if not resolves(changes) or not open_tasks_of(case):
        return changes
    return [one for one in changes if one.kind not in ("resolved", "closed")]
