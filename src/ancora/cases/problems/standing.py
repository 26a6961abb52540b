"""How far a common answer is."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404

from ancora.cases.models import Case, CommonAnswer, CommonAnswerItem
from ancora.cases.problems.models import AnswerState
from ancora.cases.queries.cases import may_see_case, visible_cases
from ancora.conversations.models import Outgoing, OutgoingState
from ancora.platform import clock

# Nothing was done for so long: whoever worked on it has died, or the worker is away.
STANDS_STILL = timedelta(seconds=45)
MOST_NAMED = 200


@dataclass(frozen=True, slots=True)
class AnswerStanding:
    """Numbers are of cases that the viewer sees. named: those that got none, or kept it, each with its `why` ·
    is_held: whether some have not left yet."""

    answer: CommonAnswer
    waiting: int = 0
    sent: int = 0
    held: int = 0
    refused: int = 0
    back: int = 0
    named: tuple[CommonAnswerItem, ...] = ()
    is_held: bool = False
    kept: int = 0

    @property
    def cases(self) -> int:
        return self.waiting + self.sent + self.held + self.refused + self.back

    @property
    def to_do(self) -> int:
        return self.sent + self.back if self.answer.back_at else self.cases

    @property
    def done(self) -> int:
        return self.back + self.kept if self.answer.back_at else self.cases - self.waiting

    @property
    def may_stop(self) -> bool:
        return self.answer.is_under_way and self.answer.back_at is None

    @property
    def may_take_back(self) -> bool:
        return self.answer.back_at is None and self.is_held


def answer_for(viewer, pk: int) -> CommonAnswer:
    """One on a problem that the viewer sees; not yours → 404."""
    answer = CommonAnswer.objects.select_related("author", "problem", "outcome").filter(pk=pk).first()
    if answer is None or not may_see_case(viewer, answer.problem.merged_into_id or answer.problem_id):
        raise Http404("No such answer.")
    return answer


def standing_of_answer(viewer, answer: CommonAnswer) -> AnswerStanding:
    """How far it is, and which cases it left out; a constant number of queries."""
    items = answer.items.filter(case__in=visible_cases(viewer).values("pk"))
    left_out = Q(state__in=[AnswerState.HELD, AnswerState.REFUSED]) | (Q(state=AnswerState.SENT) & ~Q(why=""))
    counts = dict(items.order_by().values_list("state").annotate(cases=Count("pk")))
    named = items.filter(left_out).select_related("case").order_by("pk")
    waits = Outgoing.objects.filter(message=OuterRef("message"), state=OutgoingState.QUEUED, next_at__gt=clock.now())
    return AnswerStanding(
        answer,
        **counts,
        named=tuple(named[:MOST_NAMED]),
        is_held=items.filter(Exists(waits), state=AnswerState.SENT).exists(),
        kept=items.filter(state=AnswerState.SENT).exclude(why="").count(),
    )


def answers_of(viewer, problem: Case, *, most: int = 20) -> list[CommonAnswer]:
    """Those on a problem, the latest first, each with how many of its cases got it (`sent`)."""
    seen = Q(items__case__in=visible_cases(viewer).values("pk"))
    sent = Count("items", filter=seen & Q(items__state=AnswerState.SENT))
    found = CommonAnswer.objects.filter(problem=problem).select_related("author").annotate(sent=sent)
    return list(found.order_by("-pk")[:most])


def standing_still() -> list[CommonAnswer]:
    """Those that have not ended and for which nobody does anything."""
    return list(CommonAnswer.objects.filter(ended_at=None, moved_at__lt=clock.now() - STANDS_STILL)[:100])
