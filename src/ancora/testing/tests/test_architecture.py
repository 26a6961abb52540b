"""What the code must be like, as far as import-linter and ruff cannot see it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_LINES, MOST_IN_FUNCTION, MOST_IN_TEMPLATE = 400, 60, 150
# What you cannot name is in the wrong place.
NO_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "handler", "service", "processor"}
NO_NAMES |= {"data", "info", "managers", "handlers", "services", "processors"}
# Listed exceptions may only shrink.
LONG_FILES: set[str] = set()
LONG_FUNCTIONS: set[str] = set()
LONG_TEMPLATES: set[str] = set()
# Shown in a sandboxed frame, under a content policy of its own.
OWN_POLICY = {"desk/templates/desk/frame.html"}


def _python() -> Iterator[Path]:
    return (path for path in ROOT.rglob("*.py") if "migrations" not in path.parts)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def _too_long(paths, most: int) -> dict[str, int]:
    return {_name(path): _lines(path) for path in paths if _lines(path) > most}


def test_no_file_is_longer_than_can_be_read():
    assert set(found := _too_long(_python(), MOST_LINES)) == LONG_FILES, found


def test_no_template_is_longer_than_a_screen_or_two():
    templates = (path for path in ROOT.rglob("templates/**/*") if path.suffix in (".html", ".txt"))
    assert set(found := _too_long(templates, MOST_IN_TEMPLATE)) == LONG_TEMPLATES, found


def test_no_function_is_longer_than_a_screen():
    found = {}
    for path in _python():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > MOST_IN_FUNCTION:
                    found[f"{_name(path)}:{node.name}"] = length
    assert set(found) == LONG_FUNCTIONS, found


def test_modules_and_classes_are_called_by_what_they_are():
    modules = [_name(path) for path in _python() if {path.stem, path.parent.name} & NO_NAMES]
    assert modules == []
    for path in _python():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                assert node.name.lower() not in NO_NAMES, f"{_name(path)}: {node.name}"


def test_every_package_says_what_it_is():
    silent = [
        _name(path)
        for path in ROOT.rglob("__init__.py")
        if not {"migrations", "tests", "templatetags", "commands"} & {path.parent.name}
        and "tests" not in path.parts
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_views_ask_queries_and_commands():
    """No view reads or writes rows itself, or holds a transaction."""
    found = []
    for path in _python():
        if "tests" in path.parts or not (path.stem == "views" or path.parent.name == "views" or "api" in _ends(path)):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            is_model = isinstance(node, ast.Attribute) and ast.unparse(node.value)[:1].isupper()
            if isinstance(node, ast.Attribute) and (node.attr == "atomic" or (is_model and node.attr == "objects")):
                found.append(f"{_name(path)}:{node.lineno} {node.attr}")
    assert found == []


def _ends(path: Path) -> tuple[str, str]:
    return path.stem, path.parent.name


def test_time_is_asked_of_the_clock():
    """A story of the past is told through the same commands: nobody else asks what time it is."""
    found = []
    for path in _python():
        if {"tests", "testing"} & set(path.parts) or _name(path) == "platform/clock.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today"):
                asked = ast.unparse(node.value)
                if asked in ("timezone", "datetime", "datetime.datetime", "date"):
                    found.append(f"{_name(path)}:{node.lineno}")
    assert found == []


def test_signals_are_not_used():
    """You can read what happens next: explicit calls and events, no signals of our own."""
    found = []
    for path in _python():
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "django.db.models.signals":
                found.append(_name(path))
    assert found == []


def test_templates_hold_no_script_or_style():
    """The content policy would not run them."""
    found = []
    for path in ROOT.rglob("templates/**/*.html"):
        if _name(path) in OWN_POLICY:
            continue
        text = path.read_text().lower()
        for bad in ("<style", " onclick=", " onload=", " onsubmit=", "javascript:", ' style="'):
            if bad in text:
                found.append(f"{_name(path)}: {bad.strip()}")
        if "<script>" in text:
            found.append(f"{_name(path)}: <script>")
    assert found == []
