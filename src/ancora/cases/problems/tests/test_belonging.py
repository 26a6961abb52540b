"""Cases belong to a problem: one level deep, in both directions to be seen, also after merges and in bulk."""

from uuid import uuid4

import pytest

from ancora.cases.bulk.commands import begin_bulk, undo_bulk
from ancora.cases.bulk.queries import standing_of_bulk
from ancora.cases.bulk.working import work_off
from ancora.cases.commands import merge_cases, move_to_trash, undo_merge
from ancora.cases.models import CaseLink
from ancora.cases.problems.commands import join_new_problem, join_problem, leave_problem, open_problem
from ancora.cases.problems.in_bulk import begin_with_new_problem, code_for
from ancora.cases.problems.queries import all_cases_of, kin_of, page_of_cases, problem_of
from ancora.cases.queries import timeline
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor


def words_of(viewer, case) -> list[str]:
    return [entry.change.text for entry in timeline(viewer, case) if entry.change]


def test_case_and_problem_see_each_other(cast, outage, cases, shop, django_assert_num_queries):
    problem = outage(3)
    case = cases(3)[0]
    join_problem(case, problem, author=cast.lena)
    assert CaseLink.objects.count() == 3
    with django_assert_num_queries(1):
        kin = kin_of(cast.anna, case)
    assert (kin.problem.reference, kin.problem.subject, kin.cases) == (problem.reference, "No parcels leave", 0)
    kin = kin_of(cast.anna, problem)
    assert (kin.problem, kin.counts, kin.unsolved) == (None, {"open": 3}, 3)
    assert len(page_of_cases(cast.anna, problem, 1)[0]) == 3
    assert words_of(cast.anna, case)[-1] == f"Belongs to the problem #{problem.reference}"
    assert words_of(cast.anna, problem) == ["Opened"]
    leave_problem(case, problem, author=cast.lena)
    leave_problem(case, problem, author=cast.lena)
    assert words_of(cast.anna, case)[-1] == f"Belongs to the problem #{problem.reference} no longer"
    assert kin_of(cast.anna, problem).cases == 2


def test_stranger_to_a_case_does_not_see_it_in_the_problem(cast, outage, shop):
    problem = outage(2)
    join_problem(shop.hidden, problem, author=cast.marco)
    assert (kin_of(cast.marco, problem).cases, kin_of(cast.stan, problem).cases) == (3, 2)
    assert shop.hidden not in page_of_cases(cast.stan, problem, 1)[0]


def test_one_level_and_one_problem(cast, outage, cases, shop):
    problem, (one, _two, three) = outage(2), cases(3)
    other = open_problem("Another", author=cast.lena, form_key=uuid4())
    with pytest.raises(Refusal, match=f"itself belongs to {problem}"):
        join_problem(three, one, author=cast.lena)
    with pytest.raises(Refusal, match="one level only"):
        join_problem(problem, other, author=cast.lena)
    with pytest.raises(Refusal, match=f"belongs to {problem} already"):
        join_problem(one, other, author=cast.lena)
    with pytest.raises(Refusal, match="not belong to itself"):
        join_problem(other, other, author=cast.lena)
    move_to_trash(three, actor=Actor.human(cast.lena))
    with pytest.raises(Refusal, match="spam or trash"):
        join_problem(three, problem, author=cast.lena)
    assert kin_of(cast.anna, problem).cases == 2


def test_merged_cases_count_as_the_one_that_holds_them(cast, outage, cases):
    problem, (one, two, three) = outage(2), cases(3)
    other = open_problem("Another", author=cast.lena, form_key=uuid4())
    merge = merge_cases(one, into=three, author=cast.lena, form_key=uuid4())
    assert problem_of(three) == problem
    assert {case.pk for case in page_of_cases(cast.anna, problem, 1)[0]} == {two.pk, three.pk}
    with pytest.raises(Refusal, match="already"):
        join_problem(three, other, author=cast.lena)
    undo_merge(merge, author=cast.lena)
    three.refresh_from_db()
    join_problem(three, other, author=cast.lena)
    for pair in ((one, three), (problem, three), (two, other)):
        for case in pair:
            case.refresh_from_db()
        with pytest.raises(Refusal, match="Take one of them out"):
            merge_cases(pair[0], into=pair[1], author=cast.lena, form_key=uuid4())


def test_chosen_cases_become_one_problem_and_are_taken_out_again(cast, cases):
    three, key = cases(3), uuid4()
    ids = [case.pk for case in three]
    both = [
        begin_with_new_problem("No parcels", case_ids=ids, changes=["priority-4"], author=cast.lena, form_key=key)
        for _twice in range(2)
    ]
    assert both[0] == both[1]
    while work_off(both[0]):
        pass
    problem = problem_of(three[0])
    standing = standing_of_bulk(cast.lena, both[0])
    assert standing.words == ["Priority: urgent", f"Belongs to the problem {problem}"]
    assert (standing.changed, problem.subject, problem.owner) == (3, "No parcels", cast.lena)
    undo_bulk(both[0], author=cast.lena)
    while work_off(both[0]):
        pass
    assert problem_of(three[0]) is None
    again = begin_bulk([*ids, problem.pk], changes=[code_for(problem)], author=cast.lena, form_key=uuid4())
    while work_off(again):
        pass
    standing = standing_of_bulk(cast.lena, again)
    assert (standing.changed, standing.refused, standing.named[0].case) == (3, 1, problem)


def test_case_merged_with_its_own_problem_may_belong_to_another(cast, cases):
    [case] = cases(1)
    own = join_new_problem(case, "No parcels", author=cast.lena, form_key=uuid4())
    merge = merge_cases(own, into=case, author=cast.lena, form_key=uuid4())
    other = open_problem("No trains", author=cast.lena, form_key=uuid4())
    case.refresh_from_db()
    join_problem(case, other, author=cast.lena)
    assert problem_of(case) == other
    undo_merge(merge, author=cast.lena)
    assert problem_of(case) == other
    assert not all_cases_of(own).exists()
