"""The page that lists the failures names tests that are there, and all those that stand for a failure."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT.parents[1] / "docs" / "failures.md"
PLACES = {"F/": "testing/failures/", "E/": "conversations/channels/email/tests/"}
NAMED = re.compile(r"`([\w/.]+\.py)::(\w+)`")


def named() -> set[tuple[str, str]]:
    found = set()
    for path, test in NAMED.findall(PAGE.read_text(encoding="utf-8")):
        place = next((start for start in PLACES if path.startswith(start)), "")
        found.add((PLACES.get(place, "") + path.removeprefix(place), test))
    return found


def functions_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_test_that_the_page_names_is_there():
    missing = {f"{path}::{test}" for path, test in named() if test not in functions_in(ROOT / path)}
    assert missing == set()


def test_every_failure_that_is_tested_is_on_the_page():
    folder = ROOT / "testing" / "failures"
    there = {
        (f"testing/failures/{path.name}", test) for path in folder.glob("test_*.py") for test in functions_in(path)
    }
    assert there - named() == set()


def test_every_row_of_the_page_names_a_test():
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert [line for line in rows if not NAMED.search(line) and not line.startswith("| Failure ")] == []
