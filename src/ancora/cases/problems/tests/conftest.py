"""A problem with cases of several customers, and a hand that answers them all."""

from uuid import uuid4

import pytest

from ancora.cases.bulk.tests.conftest import cases
from ancora.cases.problems.answering import begin_answer
from ancora.cases.problems.commands import join_problem, open_problem
from ancora.cases.problems.recipients import recipients
from ancora.cases.problems.working import work_off
from ancora.desk.tests.conftest import shop

__all__ = ["cases", "shop"]


@pytest.fixture
def outage(cast, cases):
    """`outage(count)`: a problem that Lena opened, with that many cases of the shop."""

    def made(count: int = 3):
        problem = open_problem("No parcels leave", author=cast.lena, form_key=uuid4())
        for case in cases(count):
            join_problem(case, problem, author=cast.lena)
        return problem

    return made


@pytest.fixture
def answer_all(cast):
    """`answer_all(problem, html)`: to all that Lena would reach, worked off at once unless `is_begun`."""

    def do(problem, html="<p>Dear {first name|customer}, about {case number}</p>", *, author=cast.lena, **given):
        is_begun = given.pop("is_begun", False)
        to = given.pop("to", None) or {one.case.pk: one.known for one in recipients(author, problem) if one.is_usual}
        answer = begin_answer(problem, html=html, to=to, author=author, form_key=given.pop("key", uuid4()), **given)
        while not is_begun and work_off(answer):
            pass
        answer.refresh_from_db()
        return answer

    return do
