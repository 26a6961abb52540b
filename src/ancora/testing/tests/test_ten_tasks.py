"""The script of the user test names ten tasks, and for each a journey that is there."""

import re

from ancora.testing.tests.test_failures import ROOT, functions_in

PAGE = ROOT.parents[1] / "docs" / "ten-tasks.md"
TASK = re.compile(r"^\| (\d+)\. ")
JOURNEY = re.compile(r"`J/(\w+\.py)::(\w+)`")


def test_each_of_the_ten_tasks_is_a_journey():
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if TASK.match(line)]
    assert [int(TASK.match(line)[1]) for line in rows] == list(range(1, 11))
    journeys = [JOURNEY.findall(line) for line in rows]
    assert all(journeys), "a task without a journey"
    folder = ROOT / "testing" / "journeys"
    missing = {name for named in journeys for file, name in named if name not in functions_in(folder / file)}
    assert missing == set()
