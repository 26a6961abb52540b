"""What happens between a problem and the cases that belong to it."""

from dataclasses import dataclass

from ancora.platform.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfProblem(Event):
    """`problem_id` is a case too; it is named otherwise, so that a problem with a thousand cases does not tell of each
    of them."""

    objects = {"case_id": "case", "problem_id": "problem"}
    case_id: int
    problem_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseJoinedProblem(_OfProblem):
    """A person said that a case is one of many that one problem hits."""

    type = "case.joined_problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLeftProblem(_OfProblem):
    """A person took a case out of a problem."""

    type = "case.left_problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAnsweredTogether(Event):
    """The customer of a case was sent what a person wrote on its problem, once for many."""

    type = "case.answered_together"
    objects = {"case_id": "case", "problem_id": "problem", "answer_id": "answer", "message_id": "message"}
    case_id: int
    problem_id: int
    answer_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfAnswer(Event):
    objects = {"case_id": "case", "answer_id": "answer"}
    case_id: int
    answer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonAnswerBegun(_OfAnswer):
    """A person wrote one answer for the customers of many cases; `case_id` is the problem."""

    type = "answer.begun"
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonAnswerStopped(_OfAnswer):
    """Its author stopped it: whom it did not reach gets nothing."""

    type = "answer.stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonAnswerTakenBack(_OfAnswer):
    """Its author takes back what has not left yet."""

    type = "answer.taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonAnswerEnded(_OfAnswer):
    """Its last case is done."""

    type = "answer.ended"
